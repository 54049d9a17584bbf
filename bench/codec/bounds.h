/* bounds.h -- what parts of lists would take at the least, under simple models of what they are. In bits. */
#ifndef BOUNDS_H
#define BOUNDS_H

#include <stdint.h>

/* log2 of the number of ways to choose `taken` of `places`: docids strewn evenly over the documents, or positions over a
 * document. 0 where more are taken than there are. */
double bound_choice(uint32_t places, uint32_t taken);

/* Empirical entropy of `count` numbers, 1..256 of them, as if their distribution were known. */
double bound_entropy(const uint32_t *numbers, uint32_t count);

#endif
