/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/date.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static int days_of(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && is_leap);
}

bool date_parse(const char *text, int *date)
{
    static const char shape[] = "dddd-dd-dd";
    int numbers[3] = {0, 0, 0}, part = 0;
    if (strlen(text) != sizeof shape - 1)
        return false;
    for (int i = 0; shape[i]; i++) {
        bool is_digit = text[i] >= '0' && text[i] <= '9';
        if (shape[i] == '-' ? text[i] != '-' : !is_digit)
            return false;
        if (shape[i] == '-')
            part++;
        else
            numbers[part] = numbers[part] * 10 + (text[i] - '0');
    }
    if (numbers[1] < 1 || numbers[1] > 12 || numbers[2] < 1 ||
        numbers[2] > days_of(numbers[0], numbers[1]))
        return false;
    *date = (numbers[0] * 100 + numbers[1]) * 100 + numbers[2];
    return true;
}

int date_today(void)
{
    time_t now = time(NULL);
    struct tm utc;
    if (!gmtime_r(&now, &utc))
        return 99991231; /* where the clock is wrong, every exception has run out */
    return ((utc.tm_year + 1900) * 100 + utc.tm_mon + 1) * 100 + utc.tm_mday;
}

char *date_text(char text[static DATE_TEXT], int date)
{
    snprintf(text, DATE_TEXT, "%04d-%02d-%02d", date / 10000 % 10000, date / 100 % 100, date % 100);
    return text;
}
