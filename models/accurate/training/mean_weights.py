"""The mean of two stages of one encoder's weights: keeps most of what each knows.

    python mean_weights.py FIRST/weights.npz SECOND/weights.npz OUT.npz [share of the second]
"""
import os
import sys

import numpy as np


def main(first_path, second_path, out_path, share='0.5'):
    share = float(share)
    with np.load(first_path) as first, np.load(second_path) as second:
        mean = {name: ((1 - share) * first[name] + share * second[name]).astype(np.float32) for name in first.files}
    os.makedirs(os.path.dirname(out_path) or '.', exist_ok=True)
    np.savez(out_path, **mean)


if __name__ == '__main__':
    main(*sys.argv[1:])
