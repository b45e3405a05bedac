/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/profile/ratio.h"

#include <math.h>

struct interval ratio_of_marks(double first, double second, double confidence)
{
    double all = first + second;
    if (!(all > 0))
        return (struct interval){NAN, NAN};
    struct interval share = share_interval(second, all, confidence);
    return (struct interval){share.low / (1 - share.low),
                             second < all ? share.high / (1 - share.high) : INFINITY};
}

/* Where second - ratio * first and what it may be off by are equal: by `up` for the second and
 * `across` for each unit of the ratio. */
static double root(double first, double across, double second, double up)
{
    return sqrt(fmax(0, across * across * (second * second - up * up) + first * first * up * up));
}

struct interval ratio_of_values(double first, struct interval of_first, double second,
                                struct interval of_second)
{
    double up = second - of_second.low, across = of_first.high - first;
    struct interval ratio = {NAN, NAN};
    if (!(first > 0))
        return ratio;
    double both = first * second;
    /* Of the two forms of a quadratic equation's root, that without a difference. */
    double most = both + root(first, across, second, up);
    ratio.low = up >= second || isinf(across) ? 0 : (second * second - up * up) / most;
    up = of_second.high - second;
    across = first - of_first.low;
    ratio.high = across >= first || isinf(up)
                     ? INFINITY
                     : (both + root(first, across, second, up)) / (first * first - across * across);
    return ratio;
}
