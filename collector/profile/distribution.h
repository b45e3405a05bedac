/* SPDX-License-Identifier: Apache-2.0
 *
 * Distribution functions and their inverses, as far as the statistics of profiles need them.
 * All are pure functions of their arguments and safe in any thread.  An argument outside of its
 * domain gives NaN.  tests/statistics/ compares them with scipy's.
 */
#ifndef MEMPROF_COLLECTOR_PROFILE_DISTRIBUTION_H
#define MEMPROF_COLLECTOR_PROFILE_DISTRIBUTION_H

/* The regularized incomplete beta function I_x(a, b), a and b > 0, by its continued fraction
 * (DLMF 8.17.22).  Relative error below 1e-10 for a + b < 1e12. */
double beta_cdf(double x, double a, double b);

/* Standard normal and Student's t with df > 0 degrees of freedom (infinity: the normal). */
double normal_cdf(double x);
double normal_quantile(double p);
double t_cdf(double t, double df);
double t_quantile(double p, double df);

/* The probability of m successes in n trials of probability p, and of at most m.  m and n need
 * not be whole: what is estimated from weights is not. */
double binomial_pmf(double m, double n, double p);
double binomial_cdf(double m, double n, double p);

/* The derivatives of log gamma, and the inverse of the second: what the fit of a distribution
 * of variances needs (DLMF 5.11.2, 5.15.8). */
double digamma(double x);
double trigamma(double x);
double trigamma_inverse(double y);

#endif
