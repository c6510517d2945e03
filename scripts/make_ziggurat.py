#!/usr/bin/env python3
"""Writes sim/core/ziggurat_tables.h: python3 scripts/make_ziggurat.py > sim/core/ziggurat_tables.h

A ziggurat covers the density f(x), x >= 0, f(0) = 1, by 256 layers of equal area. Layer i >= 1 is the
rectangle of width x[i] between the heights f(x[i]) and f(x[i+1]); layer 0 is the rectangle
below f(x[1]) together with the tail beyond x[1], and x[0] is the width a rectangle of its area
would have. x[1] is found by bisection: it is right when the topmost layer ends at height 1.
Decimal arithmetic with 50 digits; nothing but the Python standard library is needed.
"""
from decimal import Decimal as D, getcontext

getcontext().prec = 50
LAYERS = 256


def exponential_tail(r):
    return (-r).exp()


def normal_tail(r):
    """Integral of exp(-t^2/2) from r to infinity: Laplace's continued fraction, enough at r > 3."""
    fraction = r
    for k in range(400, 0, -1):
        fraction = r + D(k) / fraction
    return (-r * r / 2).exp() / fraction


def exponential(x):
    return (-x).exp()


def normal(x):
    return (-x * x / 2).exp()


def exponential_inverse(y):
    return -y.ln()


def normal_inverse(y):
    return (-2 * y.ln()).sqrt()


def layers(r, f, inverse, tail):
    """x[0..255] for base width r, and the height at which the topmost layer would end."""
    area = r * f(r) + tail(r)
    x = [area / f(r), r]
    for _ in range(LAYERS - 2):
        height = f(x[-1]) + area / x[-1]
        if height >= 1:
            return None, D(2)
        x.append(inverse(height))
    return x, f(x[-1]) + area / x[-1]


def solve(low, high, f, inverse, tail):
    for _ in range(90):
        middle = (low + high) / 2
        if layers(middle, f, inverse, tail)[1] > 1:
            low = middle  # the areas are too large: start further out
        else:
            high = middle
    x = layers(high, f, inverse, tail)[0] + [D(0)]
    return [float(v) for v in x], [float(f(v)) for v in x]


def show(name, values):
    print("static const double %s[ZIGGURAT_LAYERS + 1] = {" % name)
    for start in range(0, len(values), 4):
        print("    " + " ".join("%s," % v.hex() for v in values[start:start + 4]))
    print("};\n")


print("""/* ziggurat_tables.h - the layers of the exponential and the normal ziggurat; see rng.c.
 *
 * Written by scripts/make_ziggurat.py, which explains them; do not edit. x[i] is the width of layer
 * i, y[i] the density there. Constants, because libm would compute others on other CPUs.
 */
#ifndef TEPID_CORE_ZIGGURAT_TABLES_H
#define TEPID_CORE_ZIGGURAT_TABLES_H

#define ZIGGURAT_LAYERS 256

/* clang-format off */""")
x, y = solve(D(5), D(10), exponential, exponential_inverse, exponential_tail)
show("exponential_x", x)
show("exponential_y", y)
x, y = solve(D(3), D(5), normal, normal_inverse, normal_tail)
show("normal_x", x)
show("normal_y", y)
print("""/* clang-format on */

#endif""")
