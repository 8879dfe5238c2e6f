"""Reference values of both tails, in log10, at random arguments: python3 tails.py COUNT SEED > tails.tsv

Needs mpmath. Every value is computed at 60 digits from formulas other than those of the package where
there are others: hypergeometric series (incomplete gamma and beta), term-by-term sums (hypergeometric law),
mpmath's own functions for small arguments as a cross-check. Arguments are doubles, taken as exact.
Lines: name, arguments, log10 of the lower tail P(X <= x), log10 of the upper tail P(X >= x).
"""
import random
import sys

from mpmath import betainc, erfc, exp, gammainc, log, log1p, log10, loggamma, mp, mpf, sqrt

mp.dps = 60
SMALL = mpf(10) ** -45


def gamma_tails(a, x):
    """P and Q by Kummer's series below the mean and by the Legendre fraction above."""
    a, x = mpf(a), mpf(x)
    density = exp(a * log(x) - x - loggamma(a))
    if x < a + 1:
        term = total = 1 / a
        n = 0
        while term > total * SMALL:
            n += 1
            term *= x / (a + n)
            total += term
        low = density * total
        return low, 1 - low
    b = x + 1 - a
    c = mpf(10) ** 300
    d = 1 / b
    value = d
    n = 0
    while True:
        n += 1
        an = -n * (n - a)
        b += 2
        d = 1 / (an * d + b)
        c = b + an / c
        value *= c * d
        if abs(c * d - 1) < SMALL:
            break
    return 1 - density * value, density * value


def beta_tails(a, b, x):
    """I and 1 - I, the one on x's side of the mean directly."""
    a, b, x = mpf(a), mpf(b), mpf(x)
    y = 1 - x
    density = exp(a * log(x) + b * log1p(-x) + loggamma(a + b) - loggamma(a) - loggamma(b))
    if x <= a / (a + b):
        low = density * beta_part(a, b, x)
        return low, 1 - low
    high = density * beta_part(b, a, y)
    return 1 - high, high


def beta_part(a, b, x):
    """2F1(a + b, 1; a + 1; x) / a by its series or, where that is slow, by the fraction DLMF 8.17.22."""
    term = total = 1 / a
    for n in range(20000):
        term *= (a + b + n) / (a + 1 + n) * x
        total += term
        if term < total * SMALL and (a + b + n) * x < a + 1 + n:
            return total
    c, d = mpf(1), 1 / (1 - (a + b) * x / (a + 1))
    value = d
    m = 0
    while True:
        m += 1
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1 / (1 + even * d)
        c = 1 + even / c
        value *= c * d
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d = 1 / (1 + odd * d)
        c = 1 + odd / c
        value *= c * d
        if abs(c * d - 1) < SMALL:
            return value / a


def student_tails(t, df):
    t, df = mpf(t), mpf(df)
    outer = beta_tails(df / 2, mpf(0.5), df / (df + t * t))[0] / 2
    return (1 - outer, outer) if t > 0 else (outer, 1 - outer)


def normal_tails(z):
    z = mpf(z)
    high = erfc(abs(z) / sqrt(2)) / 2
    return (1 - high, high) if z > 0 else (high, 1 - high)


def hypergeometric_tails(k, population, marked, drawn):
    def mass(j):
        return exp(
            choose(marked, j) + choose(population - marked, drawn - j) - choose(population, drawn)
        )

    def choose(n, m):
        return loggamma(mpf(n) + 1) - loggamma(mpf(m) + 1) - loggamma(mpf(n - m) + 1)

    least, most = max(0, marked + drawn - population), min(marked, drawn)
    up = down = here = mass(k)
    term = here
    for j in range(k, most):
        term = term * (marked - j) * (drawn - j) / ((j + 1) * (population - marked - drawn + j + 1))
        up += term
        if term < up * SMALL and j * population > marked * drawn:
            break
    term = here
    for j in range(k, least, -1):
        term = term * j * (population - marked - drawn + j) / ((marked - j + 1) * (drawn - j + 1))
        down += term
        if term < down * SMALL and j * population < marked * drawn:
            break
    return down, up, here


def log_uniform(draw, low, high):
    return 10 ** draw.uniform(low, high)


def arguments(name, draw, span):
    """Random arguments: from the middle of the law to tails near 1e-5000 and beyond."""
    sigmas = draw.choice([draw.gauss(0, 1.5), draw.uniform(-12, 12), draw.uniform(-150, 150)])
    if name == "normal":
        return (draw.choice([sigmas, draw.uniform(-300, 300)]),)
    if name == "student":
        return (draw.choice([sigmas, draw.choice([-1, 1]) * log_uniform(draw, -3, 8)]), log_uniform(draw, -0.3, span))
    if name == "gamma":
        a = log_uniform(draw, -2, span)
        return max(1e-6 * a, a + sigmas * a**0.5), a
    if name == "poisson":
        mean = log_uniform(draw, -3, span)
        return max(0, round(mean + sigmas * mean**0.5 + draw.choice([0, 3, 40]))), mean
    if name == "beta":
        a, b = log_uniform(draw, -1, span), log_uniform(draw, -1, span)
        if draw.random() < 0.2:
            a = b
        mean = a / (a + b)
        sd = (mean * (1 - mean) / (a + b + 1)) ** 0.5
        x = mean + sigmas * sd
        return (x if 1e-12 < x < 0.999 else draw.uniform(0.001, 0.999)), a, b
    if name == "binomial":
        n = int(log_uniform(draw, 0, span)) + 1
        p = draw.choice([draw.random() * 0.98, log_uniform(draw, -9, -0.1)])
        k = round(n * p + sigmas * (n * p * (1 - p)) ** 0.5)
        return (k if 0 <= k <= n else draw.randint(0, n)), n, p
    population = int(log_uniform(draw, 1, span)) + 2
    marked, drawn = draw.randint(1, population), draw.randint(1, population)
    mean = marked * drawn / population
    sd = (mean * (1 - marked / population) * (1 - drawn / population)) ** 0.5
    k = round(mean + sigmas * sd)
    least, most = max(0, marked + drawn - population), min(marked, drawn)
    return (k if least <= k <= most else draw.randint(least, most)), population, marked, drawn


def tails(name, values):
    """(lower tail, its complement), (upper tail, its complement): none of the four rounded away."""
    if name == "poisson":
        k, mean = values
        low, rest = reversed(gamma_tails(k + 1, mean))
        return (low, rest), (gamma_tails(k, mean) if k > 0 else (mpf(1), mpf(0)))
    if name == "binomial":
        k, n, p = values
        low, rest = reversed(beta_tails(k + 1, n - k, p)) if k < n else (mpf(1), mpf(0))
        return (low, rest), (beta_tails(k, n - k + 1, p) if k > 0 else (mpf(1), mpf(0)))
    if name == "hypergeometric":
        down, up, here = hypergeometric_tails(*values)
        return (down, up - here), (up, down - here)
    if name == "gamma":
        low, high = gamma_tails(values[1], values[0])
    elif name == "beta":
        low, high = beta_tails(values[1], values[2], values[0])
    else:
        low, high = (normal_tails if name == "normal" else student_tails)(*values)
    return (low, high), (high, low)


def cross_check():
    for a, x in ((0.3, 0.2), (5.5, 9), (40, 20)):
        low, high = gamma_tails(a, x)
        assert abs(high / gammainc(a, x, mp.inf, regularized=True) - 1) < mpf(10) ** -40
        assert abs(low / gammainc(a, 0, x, regularized=True) - 1) < mpf(10) ** -40
    for a, b, x in ((0.5, 3, 0.2), (20, 7.5, 0.9), (3, 3, 0.5)):
        assert abs(beta_tails(a, b, x)[0] / betainc(a, b, 0, x, regularized=True) - 1) < mpf(10) ** -40


def log10_of(part, rest):
    if rest == 0:
        return "0"
    return mp.nstr(log10(part) if part < rest else log1p(-rest) / log(10), 25)


def main():
    count, seed = int(sys.argv[1]), int(sys.argv[2])
    draw = random.Random(seed)
    cross_check()
    for name in ("normal", "student", "gamma", "poisson", "beta", "binomial", "hypergeometric"):
        for index in range(count):
            values = arguments(name, draw, 8.5 if index % 10 == 9 else 4)
            words = [log10_of(*pair) for pair in tails(name, values)]
            print(name, *map(repr, values), *words, sep="\t")


if __name__ == "__main__":
    main()
