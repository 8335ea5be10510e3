"""Fine-tunes one encoder on the exported rows; resumable.

    nice python fine_tune.py ROWS_FOLDER ENCODER.onnx OUT_FOLDER zh|en [--epochs 1] [--rate 1e-4] ...
    nice python fine_tune.py ROWS_FOLDER ENCODER.onnx OUT_FOLDER zh|en --start FIRST/weights.npz --share 0.1 --levels 15 --rate 3e-5

The second line goes on from trained weights with all made-up texts and a share of the others, the weights rounded as they
are shipped, so that the encoder learns to live with it.

ROWS_FOLDER is one language's folder of export-encoder-rows.mjs. Only rows of the training part are learned from. Writes
weights.npz and logits.npy [rows, 31] at the end, a checkpoint after every `--save` steps, and before.npz: what it said of each training row before it learned from it.
"""
import argparse
import json
import os
import time

os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')
import numpy as np
import tensorflow as tf

import encoder

HEADS = dict(sentiment=(0, 3), stars=(3, 8), severity=(9, 13))
PAIR_FULL_SHARE = 0.2
FROZEN = {'words'}
HEAD_RATE = 1e-3
LAYER_DECAY = 0.9
HEAD_DROP = 0.1
# Sums of parts come out in another order with another number of threads.
THREADS = 2


class Rows:
    def __init__(self, folder):
        read = lambda name, kind: np.fromfile(f'{folder}/{name}.bin', kind)
        self.ends = read('ends', np.uint32).astype(np.int64)
        self.tokens = read('tokens', np.uint16)
        self.targets = read('targets', np.float32).reshape(-1, encoder.OUTPUTS)
        self.weights = read('weights', np.float32).reshape(-1, 6)
        self.pairs = read('pairs', np.uint8).astype(np.float32)
        self.hashes = read('hashes', np.uint32)
        with open(f'{folder}/rows.json', encoding='utf8') as file:
            rows = json.load(file)
        self.source, self.part, self.sentiment, self.stars, self.implicit = (np.array([row[at] for row in rows], object) for at in range(5))
        with open(f'{folder}/ids.json', encoding='utf8') as file:
            self.ids = json.load(file)
        self.lengths = np.diff(np.concatenate([[0], self.ends]))

    def matrix(self, chosen):
        """Token ids, padded with 0, and the mask."""
        longest = int(self.lengths[chosen].max())
        ids = np.zeros((len(chosen), longest), np.int32)
        for row, at in enumerate(chosen):
            ids[row, :self.lengths[at]] = self.tokens[self.ends[at] - self.lengths[at]:self.ends[at]]
        mask = (np.arange(longest)[None] < self.lengths[chosen][:, None]).astype(np.float32)
        return ids, mask


def batches(rows, chosen, tokens_max, random=None):
    """Texts of like length together; at most `tokens_max` tokens with the padding."""
    order = np.array(chosen)
    if random is not None:
        random.shuffle(order)
    out = []
    window = 6000
    for start in range(0, len(order), window):
        part = order[start:start + window]
        part = part[np.argsort(rows.lengths[part], kind='stable')]
        batch = []
        for at in part:
            if batch and (len(batch) + 1) * rows.lengths[at] > tokens_max:
                out.append(np.array(batch))
                batch = []
            batch.append(at)
        out.append(np.array(batch))
    if random is not None:
        random.shuffle(out)
    return out


def loss_of(out, targets, weights, pairs):
    def cross(head):
        a, b = HEADS[head]
        return tf.nn.softmax_cross_entropy_with_logits(targets[:, a:b], out[:, a:b])

    def yes_no(a, b):
        return tf.reduce_sum(tf.nn.sigmoid_cross_entropy_with_logits(targets[:, a:b], out[:, a:b]), 1)

    negative = targets[:, 0] / (targets[:, 0] + targets[:, 2] + 1e-6)
    two = tf.nn.sigmoid_cross_entropy_with_logits(negative, out[:, 0] - out[:, 2])
    sentiment = pairs * (two + PAIR_FULL_SHARE * cross('sentiment')) + (1 - pairs) * cross('sentiment')
    heads = tf.stack([sentiment, cross('stars'), yes_no(8, 9), cross('severity'), yes_no(13, 30), yes_no(30, 31)], 1)
    return tf.reduce_mean(tf.reduce_sum(heads * weights, 1)), tf.reduce_mean(sentiment * weights[:, 0])


def rate_of(name, shape):
    if name.startswith('heads/'):
        return None
    first = name.split('/')[0]
    depth = int(first) + 1 if first.isdigit() else 0
    return LAYER_DECAY ** (shape['layers'] - depth)


class Adam:
    """Adam with a rate for each variable and one limit for the norm of all gradients."""

    def __init__(self, variables, shares, rate):
        self.variables, self.shares, self.rate = variables, shares, rate
        self.m = [tf.Variable(tf.zeros_like(v), trainable=False) for v in variables]
        self.v = [tf.Variable(tf.zeros_like(v), trainable=False) for v in variables]

    def apply(self, gradients, step, scale):
        gradients, _ = tf.clip_by_global_norm([tf.convert_to_tensor(each) for each in gradients], 1.0)
        t = tf.cast(step, tf.float32) + 1
        power1, power2 = 0.9 ** t, 0.999 ** t
        for variable, m, v, gradient, share in zip(self.variables, self.m, self.v, gradients, self.shares):
            rate = scale * (HEAD_RATE if share is None else self.rate * share)
            tf.raw_ops.ResourceApplyAdam(var=variable.handle, m=m.handle, v=v.handle, beta1_power=power1, beta2_power=power2,
                                         lr=rate, beta1=0.9, beta2=0.999, epsilon=1e-6, grad=gradient)


def predict(w, shape, rows, chosen, dtype):
    run = tf.function(lambda ids, mask: encoder.logits(w, shape, ids, mask, dtype),
                      input_signature=[tf.TensorSpec((None, None), tf.int32), tf.TensorSpec((None, None), tf.float32)])
    out = np.zeros((len(rows.part), encoder.OUTPUTS), np.float32)
    for batch in batches(rows, chosen, 6000):
        out[batch] = run(*rows.matrix(batch)).numpy()
    return out


def macro_f1(wanted, got, classes):
    scores = []
    for each in classes:
        hit = np.sum((wanted == each) & (got == each))
        scores.append(2 * hit / max(1, np.sum(wanted == each) + np.sum(got == each)))
    return float(np.mean(scores))


def figures(rows, out, parts):
    """Accuracy and macro-F1 a source, as `tocsin evaluate` has them."""
    lines = []
    for part in parts:
        for source in sorted(set(rows.source[rows.part == part])):
            chosen = np.where((rows.part == part) & (rows.source == source) & np.array([each is not None for each in rows.sentiment]))[0]
            pair = part == 'unseen' or source in ('online_shopping_10_cats', 'waimai_10k', 'amazon_polarity10k')
            if part == 'unseen':
                chosen = chosen[rows.sentiment[chosen] != 'neutral']
            if len(chosen) < 60:
                continue
            wanted = np.array([('negative', 'neutral', 'positive').index(each) for each in rows.sentiment[chosen]])
            got = np.where(out[chosen, 0] > out[chosen, 2], 0, 2) if pair else out[chosen, :3].argmax(1)
            lines.append(f'{part} {source} {len(chosen)}: {np.mean(wanted == got):.4f} / {macro_f1(wanted, got, (0, 2) if pair else (0, 1, 2)):.4f}')
    return '\n'.join(lines)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('rows')
    parser.add_argument('onnx')
    parser.add_argument('out')
    parser.add_argument('language', choices=('zh', 'en'))
    parser.add_argument('--epochs', type=float, default=1)
    parser.add_argument('--rate', type=float, default=1e-4)
    parser.add_argument('--tokens', type=int, default=1792, help='tokens of one batch')
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--judge', default='validation,test,unseen,hand', help='parts whose logits are written')
    parser.add_argument('--start', help='weights.npz to go on from')
    parser.add_argument('--share', type=float, default=1, help='share of the rows that are not made up')
    parser.add_argument('--levels', type=int, default=0, help='round the weights to so many levels on either side while learning')
    parser.add_argument('--float32', action='store_true')
    parser.add_argument('--save', type=int, default=200)
    parser.add_argument('--steps', type=int, default=0, help='end well after so many steps: to try the chain')
    parser.add_argument('--time', type=int, default=0, help='stop after so many steps and say how long one takes')
    arguments = parser.parse_args()
    tf.config.threading.set_intra_op_parallelism_threads(THREADS)
    tf.config.experimental.enable_op_determinism()
    tf.random.set_seed(arguments.seed)
    shape = encoder.SHAPES[arguments.language]
    dtype = tf.float32 if arguments.float32 else tf.bfloat16
    rows = Rows(arguments.rows)
    os.makedirs(arguments.out, exist_ok=True)
    checkpoint = f'{arguments.out}/checkpoint.npz'
    start = encoder.fused(encoder.with_kept_words(encoder.read_onnx(arguments.onnx, shape['layers']), rows.ids, int(rows.lengths.max())), shape['layers'])
    start = encoder.with_heads(start, shape['width'], arguments.seed)
    if arguments.start:
        with np.load(arguments.start) as stored:
            start = {name: stored[name] for name in start}
    w = {name: tf.Variable(value, trainable=name not in FROZEN) for name, value in start.items()}
    names = [name for name in w if name not in FROZEN]
    adam = Adam([w[name] for name in names], [rate_of(name, shape) for name in names], arguments.rate)

    random = np.random.RandomState(arguments.seed)
    learned = np.where((rows.part == 'train') & (rows.weights.sum(1) > 0))[0]
    if arguments.share < 1:
        learned = learned[(rows.source[learned] == 'phrases') | (random.random_sample(len(learned)) < arguments.share)]
    scales = {}
    if arguments.levels:
        for name in names:
            if name[0].isdigit() and name.endswith('/weight'):
                scales[name] = encoder.quantise_rows(start[name].T, arguments.levels)[1]

    def as_shipped():
        return {name: encoder.rounded_by(value, scales[name], arguments.levels) if name in scales else value for name, value in w.items()}

    plan = []
    while len(plan) == 0 or sum(map(len, plan)) < arguments.epochs * len(learned):
        plan += batches(rows, learned, arguments.tokens, random)
    plan = plan[:max(1, round(len(plan) * min(1, arguments.epochs * len(learned) / sum(map(len, plan)))))]
    if arguments.steps:
        plan = plan[:arguments.steps]
    print(f'{len(learned)} texts, {len(plan)} steps', flush=True)

    @tf.function(input_signature=[tf.TensorSpec((None, None), tf.int32), tf.TensorSpec((None, None), tf.float32), tf.TensorSpec((None, encoder.OUTPUTS)),
                                  tf.TensorSpec((None, 6)), tf.TensorSpec((None,)), tf.TensorSpec((), tf.int32), tf.TensorSpec(())])
    def step(ids, mask, targets, weights, pairs, at, scale):
        with tf.GradientTape() as tape:
            out = encoder.logits(as_shipped(), shape, ids, mask, dtype, HEAD_DROP, tf.stack([arguments.seed, at]))
            loss, sentiment = loss_of(out, targets, weights, pairs)
        adam.apply(tape.gradient(loss, adam.variables), at, scale)
        return loss, sentiment, out

    first = 0
    before, seen = np.zeros((len(rows.part), encoder.OUTPUTS), np.float32), np.full(len(rows.part), -1)
    if os.path.exists(f'{arguments.out}/before.npz'):
        with np.load(f'{arguments.out}/before.npz') as stored:
            before, seen = stored['logits'], stored['step']
    if os.path.exists(checkpoint):
        with np.load(checkpoint) as stored:
            first = int(stored['step'])
            for name in names:
                w[name].assign(stored[name])
            for k, name in enumerate(names):
                adam.m[k].assign(stored[f'm:{name}'])
                adam.v[k].assign(stored[f'v:{name}'])
        print(f'going on after step {first}', flush=True)
    started, losses = time.time(), []
    for at in range(first, len(plan)):
        batch = plan[at]
        ids, mask = rows.matrix(batch)
        warm = min(1.0, (at + 1) / (0.06 * len(plan)))
        scale = warm * max(0.02, 1 - at / len(plan))
        loss, sentiment, said = step(ids, mask, rows.targets[batch], rows.weights[batch], rows.pairs[batch], at, scale)
        # What it said before it ever learned from these texts: an opinion on training rows that no memory spoils.
        fresh = seen[batch] < 0
        before[batch[fresh]] = said.numpy()[fresh]
        seen[batch[fresh]] = at
        losses.append((float(loss), float(sentiment)))
        if (at + 1) % 50 == 0:
            a_step = (time.time() - started) / (at + 1 - first)
            print(f'step {at + 1} of {len(plan)}: loss {np.mean(losses[-50:], 0).round(4)}, {a_step:.2f} s a step, {a_step * (len(plan) - at - 1) / 60:.0f} min left', flush=True)
        if arguments.time and at + 1 - first >= arguments.time:
            return
        if (at + 1) % arguments.save == 0:
            np.savez(f'{arguments.out}/before.npz', logits=before, step=seen, hashes=rows.hashes)
            save(checkpoint, w, names, adam, at + 1)
    np.savez(f'{arguments.out}/before.npz', logits=before, step=seen, hashes=rows.hashes)
    np.savez(f'{arguments.out}/weights.part.npz', **{name: value.numpy() for name, value in w.items()},
             **{f'scale:{name}': value for name, value in scales.items()})
    os.replace(f'{arguments.out}/weights.part.npz', f'{arguments.out}/weights.npz')
    judged = np.where(np.isin(rows.part.astype(str), arguments.judge.split(',')))[0]
    out = predict(as_shipped(), shape, rows, judged, dtype)
    np.save(f'{arguments.out}/logits.npy', out)
    print(figures(rows, out, ('validation', 'test', 'unseen', 'hand')), flush=True)


def save(path, w, names, adam, step):
    state = {name: w[name].numpy() for name in names}
    state.update({f'm:{name}': adam.m[k].numpy() for k, name in enumerate(names)})
    state.update({f'v:{name}': adam.v[k].numpy() for k, name in enumerate(names)})
    np.savez(path.replace('.npz', '.part.npz'), step=step, **state)
    os.replace(path.replace('.npz', '.part.npz'), path)


if __name__ == '__main__':
    main()
