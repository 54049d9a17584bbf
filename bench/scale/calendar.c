/* calendar.c */
#include "calendar.h"

#include <stdlib.h>

#include "sampler.h"

enum { HOURS = 24 };

/* Howard Hinnant's days_from_civil and civil_from_days, for years from 1970. */
uint32_t day_of_date(struct date date)
{
    const uint32_t year = date.year - (date.month <= 2), era = year / 400, of_era = year % 400;
    const uint32_t of_year =
        (153 * (date.month > 2 ? date.month - 3 : date.month + 9) + 2) / 5 + date.day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

struct date date_of_day(uint32_t day)
{
    day += 719468;
    const uint32_t era = day / 146097, of_era = day % 146097;
    const uint32_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    const uint32_t of_year = of_era - (365 * year + year / 4 - year / 100);
    const uint32_t month = (5 * of_year + 2) / 153;
    struct date date = {.year = year + era * 400, .day = of_year - (153 * month + 2) / 5 + 1};
    date.month = month < 10 ? month + 3 : month - 9;
    date.year += date.month <= 2;
    return date;
}

void calendar_init(struct calendar *calendar, uint32_t first_day, uint32_t last_day,
    uint64_t documents, uint32_t weekend, uint64_t seed)
{
    /* Of a thousand; as measured of seven years of news. */
    static const uint8_t hours[HOURS] = {15, 17, 18, 19, 23, 29, 37, 47, 50, 50, 55, 55, 53, 58, 59,
        60, 68, 76, 76, 59, 25, 20, 18, 13};
    *calendar = (struct calendar){
        .first_day = first_day, .day_count = last_day - first_day + 1, .documents = documents};
    calendar->up_to = memory(calendar->day_count + 1, sizeof *calendar->up_to);
    uint64_t state = seed ^ 0xca1e0da5, season = 1000;
    for (uint32_t i = 0; i < calendar->day_count; i++) {
        const uint32_t weekday = (first_day + i + 3) % 7;          /* 0 is Monday */
        season = season * (960 + random_below(&state, 82)) / 1000; /* wanders, and is held */
        season = season < 500 ? 500 : season > 2000 ? 2000 : season;
        const uint64_t weight =
            season * (weekday >= 5 ? weekend : 100) * (75 + random_below(&state, 51));
        calendar->up_to[i + 1] = calendar->up_to[i] + weight / 100;
    }
    for (uint32_t h = 0; h < HOURS; h++) {
        calendar->hours_up_to[h + 1] = calendar->hours_up_to[h] + hours[h];
    }
}

void calendar_release(struct calendar *calendar)
{
    free(calendar->up_to);
}

uint64_t calendar_before(const struct calendar *calendar, uint32_t i)
{
    return calendar->documents * calendar->up_to[i] / calendar->up_to[calendar->day_count];
}

uint32_t calendar_minute(
    const struct calendar *calendar, uint64_t i, uint64_t count, uint64_t *state)
{
    const uint64_t all = calendar->hours_up_to[HOURS];
    const uint64_t at = (i * 65536 + random_below(state, 65536)) * all * 60 /
                        count; /* 1/65536 of a weight's minute */
    uint32_t hour = 0;
    while (hour + 1 < HOURS && (uint64_t)calendar->hours_up_to[hour + 1] * 60 * 65536 <= at) {
        hour++;
    }
    const uint64_t into = at - (uint64_t)calendar->hours_up_to[hour] * 60 * 65536;
    const uint64_t minute =
        into / (calendar->hours_up_to[hour + 1] - calendar->hours_up_to[hour]) / 65536;
    return hour * 60 + (uint32_t)(minute < 60 ? minute : 59);
}
