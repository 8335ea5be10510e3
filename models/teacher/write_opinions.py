"""Writes the encoders' opinions, which the small model learns from.

    python write_opinions.py OUT.bin zh:ROWS_FOLDER:RUN_FOLDER:UNLABELLED.logits.npy en:ROWS_FOLDER:RUN_FOLDER:UNLABELLED.logits.npy

RUN_FOLDER is fine_tune.py's: before.npz holds what the encoder said of each training row before it learned from it, so no
opinion is a memory of the row's own label; rows of the first part of the training are left out, because it knew little
then. The unlabelled rows and the clauses are judged by the finished encoder (pack_encoder.py --judge unlabelled,clause). An opinion is 9 bytes:
hash of the text (uint32, little-endian), then negative, neutral, positive, complaint, implicit in 255ths.
"""
import os
import struct
import sys

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'accurate', 'training'))
import fine_tune

LEARNED_SHARE_MIN = 0.25


def softmax(x):
    shares = np.exp(x - x.max(1, keepdims=True))
    return shares / shares.sum(1, keepdims=True)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def main(out_path, *languages):
    opinions = {}
    for each in languages:
        language, rows_folder, run_folder, unlabelled = each.split(':')
        rows, said = fine_tune.Rows(rows_folder), {}
        with np.load(f'{run_folder}/before.npz') as stored:
            before, step, hashes = stored['logits'], stored['step'], stored['hashes']
        last = step.max()
        made_up = set(rows.hashes[rows.source == 'phrases'].tolist())
        for at in np.where(step >= LEARNED_SHARE_MIN * last)[0]:
            if int(hashes[at]) not in made_up:
                said[int(hashes[at])] = before[at]
        if unlabelled:
            logits = np.load(unlabelled)
            for at in np.where(np.isin(rows.part.astype(str), ('unlabelled', 'clause')))[0]:
                said.setdefault(int(rows.hashes[at]), logits[at])
        logits = np.array(list(said.values()))
        shares = np.concatenate([softmax(logits[:, :3]), sigmoid(logits[:, [8, 30]])], 1)
        for text_hash, share in zip(said, np.round(shares * 255).astype(np.uint8)):
            opinions[text_hash] = share.tobytes()
        print(f'{language}: {len(said)} opinions')
    with open(out_path, 'wb') as out:
        for text_hash in sorted(opinions):
            out.write(struct.pack('<I', text_hash) + opinions[text_hash])


if __name__ == '__main__':
    main(*sys.argv[1:])
