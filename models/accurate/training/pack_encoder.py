"""Rounds one fine-tuned encoder as it is shipped and says what the rounded one answers.

    python pack_encoder.py ROWS_FOLDER WEIGHTS.npz OUT_FOLDER zh|en [--levels 15] [--judge validation,test,unseen,hand]

Writes OUT_FOLDER/LANGUAGE.bin (layout: models/accurate/shape.ts), LANGUAGE.shape.json, LANGUAGE.golden.json (token ids of
a few hand-labelled texts with the logits in float32, which the other program's forward pass must give too), and logits of the rounded
encoder for the judged rows (LANGUAGE.logits.npy and .bin, [rows, 31] float32; rows not judged are zeros).
"""
import argparse
import json
import os

os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')
import numpy as np
import tensorflow as tf

import encoder
import fine_tune

NORMS = ('gain', 'shift')


def rounded(weights, shape, levels):
    """The layout of models/accurate/shape.ts, and the same weights as numbers."""
    matrices, vectors, numbers = [], [], {name: value for name, value in weights.items() if not name.startswith('scale:')}

    def matrix(name, value, most):
        if f'scale:{name}' in weights:
            # It learned with these scales.
            scale = weights[f'scale:{name}']
            found = np.clip(np.round(value / scale[:, None]), -most, most).astype(np.int8)
        else:
            found, scale = encoder.quantise_rows(value, most)
        matrices.append((found, scale))
        return found.astype(np.float32) * scale[:, None]

    def vector(name):
        vectors.append(np.asarray(weights[name], np.float32).reshape(-1))

    numbers['words'] = matrix('words', weights['words'], encoder.LEVELS_EMBEDDING)
    vector('places')
    for part in NORMS:
        vector(f'norm/{part}')
    for layer in range(shape['layers']):
        for name in ('qkv', 'attention', 'up', 'down'):
            numbers[f'{layer}/{name}/weight'] = matrix(f'{layer}/{name}/weight', weights[f'{layer}/{name}/weight'].T, levels).T
            vector(f'{layer}/{name}/bias')
        for name in ('norm1', 'norm2'):
            for part in NORMS:
                vector(f'{layer}/{name}/{part}')
    vector('heads/weight')
    vector('heads/bias')
    packed = b''.join(found.tobytes() for found, _ in matrices)
    packed += b'\0' * (-len(packed) % 4)
    packed += b''.join(scale.tobytes() for _, scale in matrices) + b''.join(each.tobytes() for each in vectors)
    return packed, numbers


def golden_of(rows, w, shape):
    """Short, middling and long hand-labelled texts in one batch, so that padding is tried as well."""
    hand = np.where(rows.part == 'hand')[0]
    chosen = hand[np.argsort(rows.lengths[hand], kind='stable')][::max(1, len(hand) // 5)][:6]
    ids, mask = rows.matrix(chosen)
    return zip(ids, mask, encoder.logits(w, shape, ids, mask).numpy().round(5).astype(float))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('rows')
    parser.add_argument('weights')
    parser.add_argument('out')
    parser.add_argument('language', choices=('zh', 'en'))
    parser.add_argument('--levels', type=int, default=15)
    parser.add_argument('--judge', default='validation,test,unseen,hand')
    arguments = parser.parse_args()
    shape = encoder.SHAPES[arguments.language]
    rows = fine_tune.Rows(arguments.rows)
    with np.load(arguments.weights) as stored:
        weights = {name: stored[name] for name in stored.files if '/' in name or name in ('words', 'places')}
    packed, numbers = rounded(weights, shape, arguments.levels)
    os.makedirs(arguments.out, exist_ok=True)
    path = f'{arguments.out}/{arguments.language}'
    with open(f'{path}.bin', 'wb') as out:
        out.write(packed)
    with open(f'{path}.shape.json', 'w', encoding='utf8') as out:
        json.dump(dict(pieces=len(weights['words']), places=len(weights['places']), layers=shape['layers'], width=shape['width'], heads=shape['heads'],
                       inner=int(weights['0/up/bias'].shape[0])), out)
    np.savez(f'{path}.rounded.npz', **numbers)
    w = {name: tf.constant(value) for name, value in numbers.items()}
    golden = [{'ids': ids[:int(mask.sum())].tolist(), 'logits': out.tolist()} for ids, mask, out in golden_of(rows, w, shape)]
    with open(f'{path}.golden.json', 'w', encoding='utf8') as out:
        json.dump(golden, out)
    judged = np.where(np.isin(rows.part.astype(str), arguments.judge.split(',')))[0]
    if len(judged) == 0:
        return
    out = fine_tune.predict(w, shape, rows, judged, tf.bfloat16)
    np.save(f'{path}.logits.npy', out)
    out.tofile(f'{path}.logits.bin')
    print(fine_tune.figures(rows, out, ('validation', 'test', 'unseen', 'hand')), flush=True)


if __name__ == '__main__':
    main()
