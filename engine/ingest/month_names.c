/* month_names.c -- tables sorted by byte, searched by halves. */
#include "ingest/month_names.h"

#include <string.h>

/* clang-format off */
static const struct month_name months[] = {
    {"abr", 4, false}, {"abril", 4, false}, {"ago", 8, true}, {"agosto", 8, false},
    {"aout", 8, false}, {"août", 8, false}, {"apr", 4, false}, {"april", 4, false},
    {"aprile", 4, false}, {"aprilie", 4, false}, {"aprill", 4, false}, {"aralık", 12, false},
    {"aug", 8, false}, {"august", 8, false}, {"augusta", 8, false}, {"augusti", 8, false},
    {"augustus", 8, false}, {"augusztus", 8, false}, {"avr", 4, false}, {"avril", 4, false},
    {"ağustos", 8, false}, {"březen", 3, false}, {"března", 3, false}, {"czerwca", 6, false},
    {"czerwiec", 6, false}, {"dec", 12, false}, {"december", 12, false},
    {"decembra", 12, false}, {"decembre", 12, false}, {"decembrie", 12, false},
    {"des", 12, true}, {"desember", 12, false}, {"detsember", 12, false}, {"dez", 12, false},
    {"dezember", 12, false}, {"dezembro", 12, false}, {"dic", 12, true},
    {"dicembre", 12, false}, {"diciembre", 12, false}, {"duben", 4, false}, {"dubna", 4, false},
    {"déc", 12, false}, {"décembre", 12, false}, {"ekim", 10, false}, {"elokuu", 8, false},
    {"elokuuta", 8, false}, {"ene", 1, true}, {"enero", 1, false}, {"eylül", 9, false},
    {"feb", 2, false}, {"febbraio", 2, false}, {"feber", 2, false}, {"febr", 2, false},
    {"febrero", 2, false}, {"februar", 2, false}, {"februari", 2, false},
    {"februarie", 2, false}, {"february", 2, false}, {"február", 2, false},
    {"februára", 2, false}, {"fev", 2, false}, {"fevereiro", 2, false}, {"fevr", 2, false},
    {"fevrier", 2, false}, {"fév", 2, false}, {"févr", 2, false}, {"février", 2, false},
    {"gen", 1, true}, {"genn", 1, false}, {"gennaio", 1, false}, {"giu", 6, false},
    {"giugno", 6, false}, {"grudnia", 12, false}, {"grudzień", 12, false},
    {"haziran", 6, false}, {"heinäkuu", 7, false}, {"heinäkuuta", 7, false},
    {"helmikuu", 2, false}, {"helmikuuta", 2, false}, {"huhtikuu", 4, false},
    {"huhtikuuta", 4, false}, {"ianuarie", 1, false}, {"iulie", 7, false}, {"iunie", 6, false},
    {"jaanuar", 1, false}, {"jan", 1, false}, {"janeiro", 1, false}, {"januar", 1, false},
    {"januari", 1, false}, {"january", 1, false}, {"január", 1, false}, {"januára", 1, false},
    {"janv", 1, false}, {"janvier", 1, false}, {"janvāris", 1, false}, {"joulukuu", 12, false},
    {"joulukuuta", 12, false}, {"juil", 7, false}, {"juillet", 7, false}, {"juin", 6, false},
    {"jul", 7, false}, {"julho", 7, false}, {"juli", 7, false}, {"julio", 7, false},
    {"july", 7, false}, {"jun", 6, false}, {"june", 6, false}, {"junho", 6, false},
    {"juni", 6, false}, {"junio", 6, false}, {"juuli", 7, false}, {"juuni", 6, false},
    {"jänner", 1, false}, {"júla", 7, false}, {"július", 7, false}, {"júna", 6, false},
    {"június", 6, false}, {"kasım", 11, false}, {"kesäkuu", 6, false}, {"kesäkuuta", 6, false},
    {"květen", 5, false}, {"května", 5, false}, {"kwiecień", 4, false}, {"kwietnia", 4, false},
    {"leden", 1, false}, {"ledna", 1, false}, {"lipca", 7, false}, {"lipiec", 7, false},
    {"listopad", 11, false}, {"listopada", 11, false}, {"lokakuu", 10, false},
    {"lokakuuta", 10, false}, {"lug", 7, false}, {"luglio", 7, false}, {"lutego", 2, false},
    {"luty", 2, false}, {"maaliskuu", 3, false}, {"maaliskuuta", 3, false}, {"maart", 3, false},
    {"maerz", 3, false}, {"mag", 5, true}, {"maggio", 5, false}, {"mai", 5, false},
    {"maio", 5, false}, {"maj", 5, false}, {"maja", 5, true}, {"mar", 3, true},
    {"marca", 3, false}, {"march", 3, true}, {"marco", 3, true}, {"marraskuu", 11, false},
    {"marraskuuta", 11, false}, {"mars", 3, false}, {"mart", 3, true}, {"martie", 3, false},
    {"marzec", 3, false}, {"marzo", 3, false}, {"março", 3, false}, {"may", 5, true},
    {"mayo", 5, false}, {"mayıs", 5, false}, {"mei", 5, false}, {"mrt", 3, false},
    {"mrz", 3, false}, {"mája", 5, false}, {"május", 5, false}, {"március", 3, false},
    {"mär", 3, false}, {"märts", 3, false}, {"märz", 3, false}, {"nisan", 4, false},
    {"noiembrie", 11, false}, {"nov", 11, false}, {"november", 11, false},
    {"novembra", 11, false}, {"novembre", 11, false}, {"novembro", 11, false},
    {"noviembre", 11, false}, {"ocak", 1, false}, {"oct", 10, false}, {"october", 10, false},
    {"octobre", 10, false}, {"octombrie", 10, false}, {"octubre", 10, false},
    {"okt", 10, false}, {"oktober", 10, false}, {"oktoober", 10, false}, {"október", 10, false},
    {"októbra", 10, false}, {"ott", 10, false}, {"ottobre", 10, false}, {"out", 10, true},
    {"outubro", 10, false}, {"październik", 10, false}, {"października", 10, false},
    {"prosince", 12, false}, {"prosinec", 12, false}, {"sep", 9, false}, {"sept", 9, false},
    {"september", 9, false}, {"septembra", 9, false}, {"septembre", 9, false},
    {"septembrie", 9, false}, {"septiembre", 9, false}, {"set", 9, true},
    {"setembro", 9, false}, {"setiembre", 9, false}, {"sett", 9, false},
    {"settembre", 9, false}, {"sierpień", 8, false}, {"sierpnia", 8, false},
    {"srpen", 8, false}, {"srpna", 8, false}, {"styczeń", 1, false}, {"stycznia", 1, false},
    {"syyskuu", 9, false}, {"syyskuuta", 9, false}, {"szeptember", 9, false},
    {"tammikuu", 1, false}, {"tammikuuta", 1, false}, {"temmuz", 7, false},
    {"toukokuu", 5, false}, {"toukokuuta", 5, false}, {"veebruar", 2, false},
    {"wrzesień", 9, false}, {"września", 9, false}, {"září", 9, false}, {"április", 4, false},
    {"únor", 2, false}, {"února", 2, false}, {"červen", 6, false}, {"července", 7, false},
    {"červenec", 7, false}, {"června", 6, false}, {"říjen", 10, false}, {"října", 10, false},
    {"şubat", 2, false}, {"авг", 8, false}, {"август", 8, false}, {"августа", 8, false},
    {"апр", 4, false}, {"апрель", 4, false}, {"апреля", 4, false}, {"березень", 3, false},
    {"березня", 3, false}, {"верасень", 9, false}, {"верасня", 9, false},
    {"вересень", 9, false}, {"вересня", 9, false}, {"грудень", 12, false},
    {"грудзень", 12, false}, {"грудня", 12, false}, {"дек", 12, false}, {"декабрь", 12, false},
    {"декабря", 12, false}, {"жнівень", 8, false}, {"жніўня", 8, false}, {"жовтень", 10, false},
    {"жовтня", 10, false}, {"июл", 7, false}, {"июль", 7, false}, {"июля", 7, false},
    {"июн", 6, false}, {"июнь", 6, false}, {"июня", 6, false}, {"кастрычнік", 10, false},
    {"кастрычніка", 10, false}, {"квітень", 4, false}, {"квітня", 4, false},
    {"красавік", 4, false}, {"красавіка", 4, false}, {"липень", 7, false}, {"липня", 7, false},
    {"листопад", 11, false}, {"листопада", 11, false}, {"лютага", 2, false},
    {"лютий", 2, false}, {"лютого", 2, false}, {"люты", 2, false}, {"ліпень", 7, false},
    {"ліпеня", 7, false}, {"лістапад", 11, false}, {"лістапада", 11, false}, {"май", 5, false},
    {"мар", 3, false}, {"март", 3, false}, {"марта", 3, false}, {"мая", 5, false},
    {"ноя", 11, false}, {"нояб", 11, false}, {"ноябрь", 11, false}, {"ноября", 11, false},
    {"окт", 10, false}, {"октябрь", 10, false}, {"октября", 10, false}, {"сакавік", 3, false},
    {"сакавіка", 3, false}, {"сен", 9, false}, {"сент", 9, false}, {"сентябрь", 9, false},
    {"сентября", 9, false}, {"серпень", 8, false}, {"серпня", 8, false}, {"снежань", 12, false},
    {"снежня", 12, false}, {"студзень", 1, false}, {"студзеня", 1, false}, {"січень", 1, false},
    {"січня", 1, false}, {"травень", 5, false}, {"травня", 5, false}, {"фев", 2, false},
    {"февр", 2, false}, {"февраль", 2, false}, {"февраля", 2, false}, {"червень", 6, false},
    {"червня", 6, false}, {"чэрвень", 6, false}, {"чэрвеня", 6, false}, {"янв", 1, false},
    {"январь", 1, false}, {"января", 1, false},
};

static const char *const weekdays[] = {
    "czwartek", "di", "dienstag", "dim", "dimanche", "dinsdag", "do", "domenica", "domingo",
    "donderdag", "donnerstag", "fr", "fredag", "freitag", "fri", "friday", "giovedì", "jeu",
    "jeudi", "jueves", "lun", "lundi", "lunedì", "lunes", "lördag", "lørdag", "maandag",
    "mandag", "mardi", "martedì", "martes", "mer", "mercoledì", "mercredi", "mi", "mittwoch",
    "miércoles", "mo", "mon", "monday", "montag", "måndag", "niedziela", "onsdag", "piątek",
    "poniedziałek", "quarta", "quarta-feira", "quinta", "quinta-feira", "sa", "sabato", "sam",
    "samedi", "samstag", "sat", "saturday", "segunda", "segunda-feira", "sexta", "sexta-feira",
    "so", "sobota", "sonnabend", "sonntag", "sun", "sunday", "sábado", "söndag", "søndag",
    "terça", "terça-feira", "thu", "thur", "thurs", "thursday", "tirsdag", "tisdag", "torsdag",
    "tue", "tues", "tuesday", "ven", "vendredi", "venerdì", "viernes", "vrijdag", "wed",
    "wednesday", "woensdag", "wtorek", "zaterdag", "zondag", "środa", "воскресенье", "вс", "вт",
    "вторник", "пн", "понедельник", "пт", "пятница", "пятницу", "сб", "ср", "среда", "среду",
    "суббота", "субботу", "четверг", "чт",
};
/* clang-format on */

struct zone_name {
    const char *name;
    int32_t minutes;
};

static const struct zone_name zones[] = {
    {"akdt", -480},
    {"akst", -540},
    {"bst", 60},
    {"cdt", -300},
    {"cest", 120},
    {"cet", 60},
    {"cst", -360},
    {"edt", -240},
    {"eest", 180},
    {"eet", 120},
    {"est", -300},
    {"et", -300},
    {"gmt", 0},
    {"hst", -600},
    {"ist", 330},
    {"jst", 540},
    {"mdt", -360},
    {"mesz", 120},
    {"mez", 60},
    {"msk", 180},
    {"mst", -420},
    {"pdt", -420},
    {"pst", -480},
    {"ut", 0},
    {"utc", 0},
    {"west", 60},
    {"wet", 0},
    {"z", 0},
};

/* As memcmp of two strings, of which `name` ends with a NUL. */
static int compare(const char *word, size_t length, const char *name)
{
    const size_t name_length = strlen(name);
    const int order = memcmp(word, name, length < name_length ? length : name_length);
    if (order != 0) {
        return order;
    }
    return length < name_length ? -1 : length > name_length;
}

const struct month_name *month_name_find(const char *word, size_t length)
{
    size_t low = 0;
    size_t high = sizeof months / sizeof *months;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = compare(word, length, months[middle].name);
        if (order == 0) {
            return &months[middle];
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return NULL;
}

bool weekday_name_is(const char *word, size_t length)
{
    size_t low = 0;
    size_t high = sizeof weekdays / sizeof *weekdays;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = compare(word, length, weekdays[middle]);
        if (order == 0) {
            return true;
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return false;
}

bool zone_name_find(const char *word, size_t length, int32_t *minutes_out)
{
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
        if (compare(word, length, zones[i].name) == 0) {
            *minutes_out = zones[i].minutes;
            return true;
        }
    }
    return false;
}
