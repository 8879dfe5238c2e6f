"""Reference Clopper-Pearson ends and quantiles: python3 quantiles.py > quantiles.tsv

Needs mpmath. Solves for the tails of tails.py at 60 digits by Newton steps on the log odds. Lines:
clopper-pearson k n level low high; beta-inverse p a b x; normal-quantile log10p z.
"""
import random

from mpmath import erfc, exp, log, log10, loggamma, mp, mpf, pi, sqrt
from tails import beta_tails

mp.dps = 60


def beta_inverse(p, a, b):
    """The x with I_x(a, b) = p, and 1 - x."""
    if p > mpf(1) / 2:
        x, y = beta_inverse(1 - p, b, a)
        return y, x
    a, b, p = mpf(a), mpf(b), mpf(p)
    odds = log(a / b)
    for _ in range(200):
        x, y = 1 / (1 + exp(-odds)), 1 / (1 + exp(odds))
        low = beta_tails(a, b, x)[0]
        density = exp(a * log(x) + b * log(y) + loggamma(a + b) - loggamma(a) - loggamma(b))
        step = (log(p) - log(low)) * low / density
        odds += step
        if abs(step) < mpf(10) ** -30:
            break
    return 1 / (1 + exp(-odds)), 1 / (1 + exp(odds))


def ends(k, n, level):
    alpha = (1 - mpf(level)) / 2
    low = mpf(0) if k == 0 else beta_inverse(alpha, k, n - k + 1)[0]
    high = mpf(1) if k == n else beta_inverse(alpha, n - k, k + 1)[1]
    return low, high


def normal_quantile(log10_p):
    p = mpf(10) ** mpf(log10_p)
    side = 1 if p < 0.5 else -1
    p = min(p, 1 - p)
    z = sqrt(-2 * log(p))
    for _ in range(300):
        tail = erfc(z / sqrt(2)) / 2
        step = (log(tail) - log(p)) * tail / (exp(-z * z / 2) / sqrt(2 * pi))
        z += step
        if abs(step) < mpf(10) ** -30:
            break
    return side * z


def main():
    draw = random.Random(34)
    cases = [(0, 20, 0.95), (7, 7, 0.9), (10, 100, 0.95), (1, 10**9, 0.95), (10**6, 10**9, 0.999)]
    for _ in range(45):
        n = int(10 ** draw.uniform(0, 6)) + 1
        cases.append((draw.choice([draw.randint(0, n), min(n, draw.randint(0, 5))]), n, draw.choice([0.5, 0.95, 0.999])))
    for k, n, level in cases:
        print("clopper-pearson", k, n, level, *(mp.nstr(end, 25) for end in ends(k, n, level)), sep="\t")
    for _ in range(40):
        p = draw.choice([draw.random(), 10 ** draw.uniform(-300, 0)])
        a, b = 10 ** draw.uniform(-1, 5), 10 ** draw.uniform(-1, 5)
        print("beta-inverse", repr(p), repr(a), repr(b), mp.nstr(beta_inverse(mpf(p), a, b)[0], 25), sep="\t")
    for _ in range(40):
        value = draw.choice([-(10 ** draw.uniform(-12, 0)), -draw.uniform(0, 6000)])
        print("normal-quantile", repr(value), mp.nstr(normal_quantile(value), 25), sep="\t")


if __name__ == "__main__":
    main()
