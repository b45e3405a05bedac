/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/profile/distribution.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

#define STEPS_MAX 400

/* The continued fraction of I_x(a, b) by Lentz's method in its modified form, which keeps
 * numerator and denominator away from 0.  It converges fast for x < (a + 1) / (a + b + 2). */
static double beta_fraction(double x, double a, double b)
{
    double c = 1, d = 1 - (a + b) * x / (a + 1), fraction;
    d = 1 / (fabs(d) < DBL_MIN ? DBL_MIN : d);
    fraction = d;
    /* Some sqrt(a + b) steps are needed at the mean. */
    double most = STEPS_MAX + 8 * sqrt(a + b);
    for (double m = 1; m < most; m++) {
        double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        for (int half = 0; half < 2; half++) {
            double term = half ? odd : even;
            d = 1 + term * d;
            d = 1 / (fabs(d) < DBL_MIN ? DBL_MIN : d);
            c = 1 + term / c;
            c = fabs(c) < DBL_MIN ? DBL_MIN : c;
            fraction *= c * d;
        }
        if (fabs(c * d - 1) < 1e-15)
            break;
    }
    return fraction;
}

static double log_beta(double a, double b)
{
    /* lgamma(b) - lgamma(a + b) loses all digits when b is much larger than a. */
    if (a > b)
        return log_beta(b, a);
    if (b < 1e6)
        return lgamma(a) + lgamma(b) - lgamma(a + b);
    double s = a + b; /* Stirling's series of both, subtracted before it is summed up */
    double difference = (b - 0.5) * -log1p(a / b) - a * log(s) + a;
    return lgamma(a) + difference + (1 / b - 1 / s) / 12;
}

double beta_cdf(double x, double a, double b)
{
    if (!(a > 0 && b > 0) || isnan(x))
        return NAN;
    if (x <= 0)
        return 0;
    if (x >= 1)
        return 1;
    double front = exp(a * log(x) + b * log1p(-x) - log_beta(a, b));
    if (x < (a + 1) / (a + b + 2))
        return front * beta_fraction(x, a, b) / a;
    return 1 - front * beta_fraction(1 - x, b, a) / b;
}

/* The root of an increasing function between two points. */
static double bisect(double low, double high, double wanted, double a, double b,
                     double (*value)(double x, double a, double b))
{
    for (int i = 0; i < STEPS_MAX && low < high; i++) {
        double middle = low + (high - low) / 2;
        if (middle <= low || middle >= high)
            break;
        if (value(middle, a, b) < wanted)
            low = middle;
        else
            high = middle;
    }
    return low + (high - low) / 2;
}

double normal_cdf(double x)
{
    return erfc(-x / sqrt(2)) / 2;
}

static double normal_cdf_of(double x, double a, double b)
{
    (void)a;
    (void)b;
    return normal_cdf(x);
}

double normal_quantile(double p)
{
    if (!(p >= 0 && p <= 1))
        return NAN;
    if (p == 0 || p == 1)
        return p == 0 ? -INFINITY : INFINITY;
    if (p > 0.5) /* the other tail has more digits */
        return -normal_quantile(1 - p);
    return bisect(-40, 0, p, 0, 0, normal_cdf_of);
}

double t_cdf(double t, double df)
{
    if (!(df > 0) || isnan(t))
        return NAN;
    if (isinf(df))
        return normal_cdf(t);
    double tail = beta_cdf(df / (df + t * t), df / 2, 0.5) / 2;
    return t > 0 ? 1 - tail : tail;
}

static double t_density(double t, double df)
{
    return exp(-(df + 1) / 2 * log1p(t * t / df) - log_beta(df / 2, 0.5)) / sqrt(df);
}

double t_quantile(double p, double df)
{
    if (!(df > 0) || !(p >= 0 && p <= 1))
        return NAN;
    if (isinf(df))
        return normal_quantile(p);
    if (p == 0 || p == 1)
        return p == 0 ? -INFINITY : INFINITY;
    if (p > 0.5)
        return -t_quantile(1 - p, df);
    /* Newton's method: below 0 the function is convex and the normal's quantile is the larger, so
     * that each step goes down and none too far. */
    double t = p == 0.5 ? 0 : normal_quantile(p);
    for (int i = 0; i < STEPS_MAX; i++) {
        double step = (t_cdf(t, df) - p) / t_density(t, df);
        t -= step;
        if (!(step > 1e-14 * fabs(t)))
            break;
    }
    return t;
}

double binomial_pmf(double m, double n, double p)
{
    if (!(n >= 0 && m >= 0 && m <= n && p >= 0 && p <= 1))
        return NAN;
    if (p == 0 || p == 1)
        return (p == 0 ? m == 0 : m == n) ? 1 : 0;
    if (m == 0 || m == n)
        return exp(m == 0 ? n * log1p(-p) : n * log(p));
    /* 1 / ((n + 1) B(m + 1, n - m + 1)) is the binomial coefficient. */
    return exp(m * log(p) + (n - m) * log1p(-p) - log_beta(m + 1, n - m + 1) - log1p(n));
}

double binomial_cdf(double m, double n, double p)
{
    if (!(n >= 0 && p >= 0 && p <= 1) || isnan(m))
        return NAN;
    if (m < 0)
        return 0;
    return m >= n ? 1 : beta_cdf(1 - p, n - m, m + 1);
}

double digamma(double x)
{
    if (!(x > 0))
        return NAN;
    double sum = 0;
    for (; x < 10; x++)
        sum -= 1 / x;
    double y = 1 / (x * x);
    return sum + log(x) - 0.5 / x -
           y * (1. / 12 - y * (1. / 120 - y * (1. / 252 - y * (1. / 240 - y / 132))));
}

double trigamma(double x)
{
    if (!(x > 0))
        return NAN;
    double sum = 0;
    for (; x < 10; x++)
        sum += 1 / (x * x);
    double y = 1 / (x * x);
    return sum + 1 / x + y / 2 +
           y / x * (1. / 6 - y * (1. / 30 - y * (1. / 42 - y * (1. / 30 - y * 5 / 66))));
}

static double trigamma_of_inverse(double x, double a, double b)
{
    (void)a;
    (void)b;
    return trigamma(1 / x); /* increases with x */
}

double trigamma_inverse(double y)
{
    if (!(y > 0))
        return NAN;
    /* 1/x < trigamma(x) < 1/x + 1/x^2: bounds of 1/x. */
    return 1 / bisect((sqrt(1 + 4 * y) - 1) / 2 * (1 - 1e-9), y * (1 + 1e-9), y, 0, 0,
                      trigamma_of_inverse);
}
