"""Blends log-probabilities into the committed opinions.

    python models/teacher/blend_opinions.py rows.jsonl teacher.npy senta.npy small.npy models/training/teacher.bin

Each .npy is [rows, 3] (negative, neutral, positive). Training rows: 0.85 teacher + 0.15 Senta, because the small model
knows their labels by heart. Unlabelled rows: 0.45 small model + 0.45 teacher + 0.10 Senta.
"""
import json
import struct
import sys

import numpy as np


def normalise(logs):
    shares = np.exp(logs - logs.max())
    return shares / shares.sum()


def main(rows_path, teacher_path, senta_path, small_path, out_path):
    teacher, senta, small = (np.log(np.clip(np.load(path), 1e-4, 1)) for path in (teacher_path, senta_path, small_path))
    opinions = {}
    with open(rows_path, encoding='utf8') as lines:
        for at, line in enumerate(lines):
            row = json.loads(line)
            if row['language'] != 'zh' or row['part'] not in ('train', 'unlabelled'):
                continue
            blended = (0.45 * small[at] + 0.45 * teacher[at] + 0.10 * senta[at] if row['part'] == 'unlabelled'
                       else 0.85 * teacher[at] + 0.15 * senta[at])
            opinions[row['hash']] = bytes(int(round(float(share) * 255)) for share in normalise(blended))
    with open(out_path, 'wb') as out:
        for text_hash in sorted(opinions):
            out.write(struct.pack('<I', text_hash) + opinions[text_hash])


if __name__ == '__main__':
    main(*sys.argv[1:])
