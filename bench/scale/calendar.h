/* calendar.h -- how the documents of a corpus lie in time: fewer at weekends and at night, in some seasons more than
 * in others, and in the order of time.
 */
#ifndef BENCH_SCALE_CALENDAR_H
#define BENCH_SCALE_CALENDAR_H

#include <stdint.h>

struct calendar {
    uint64_t *up_to; /* what the days before this one weigh, and all of them at the end */
    uint32_t first_day, day_count;
    uint64_t documents;
    uint32_t hours_up_to[25]; /* what the hours before this one weigh */
};

struct date {
    uint32_t year, month, day;
};

/* Days since 1970-01-01. */
uint32_t day_of_date(struct date date);
struct date date_of_day(uint32_t day);

/* `documents` over the days from the first to the last; `weekend` on a Saturday or Sunday for 100 on another day. */
void calendar_init(struct calendar *calendar, uint32_t first_day, uint32_t last_day,
    uint64_t documents, uint32_t weekend, uint64_t seed);
void calendar_release(struct calendar *calendar);
/* How many documents are before the i-th day; calendar->documents for i = day_count. */
uint64_t calendar_before(const struct calendar *calendar, uint32_t i);
/* The minute of the day of document i of a day's count; they ascend. */
uint32_t calendar_minute(
    const struct calendar *calendar, uint64_t i, uint64_t count, uint64_t *state);

#endif
