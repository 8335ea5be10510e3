"""The encoders of the accurate model in TensorFlow: weights from ONNX, forward pass, the heads on top.

A text is [CLS] pieces [SEP]. Post-norm transformer layers (as BERT has them); the activation is GELU.
Heads see the first token, the mean and the maximum over the tokens.
"""
import numpy as np
import onnx
import tensorflow as tf
from onnx import numpy_helper

OUTPUTS = 31
NORM_EPSILON = 1e-12
GELU_LINEAR, GELU_CUBIC = 1.5957691216, 0.0713548163
LEVELS_EMBEDDING = 15
SHAPES = {'zh': dict(layers=4, width=512, heads=8), 'en': dict(layers=6, width=384, heads=12)}
MATRICES = ('query', 'key', 'value', 'attention', 'up', 'down')
NODES = dict(query='attention/self/query', key='attention/self/key', value='attention/self/value',
             attention='attention/output/dense', up='intermediate/dense', down='output/dense')


def read_onnx(path, layers):
    """Weights by plain names; matrices are [inputs, outputs]."""
    graph = onnx.load(path).graph
    stored = {each.name: numpy_helper.to_array(each) for each in graph.initializer}
    matrix_of = {node.name: stored[node.input[1]] for node in graph.node if node.op_type == 'MatMul' and node.input[1] in stored}
    weights = {
        'words': stored['embeddings.word_embeddings.weight'],
        'places': stored['embeddings.position_embeddings.weight'] + stored['embeddings.token_type_embeddings.weight'][0],
        'norm/gain': stored['embeddings.LayerNorm.weight'], 'norm/shift': stored['embeddings.LayerNorm.bias'],
    }
    for layer in range(layers):
        node, dotted = f'/encoder/layer.{layer}/', f'encoder.layer.{layer}.'
        for name, part in NODES.items():
            weights[f'{layer}/{name}/weight'] = matrix_of[f'{node}{part}/MatMul']
            weights[f'{layer}/{name}/bias'] = stored[f'{dotted}{part.replace("/", ".")}.bias']
        for name, part in (('norm1', 'attention.output'), ('norm2', 'output')):
            weights[f'{layer}/{name}/gain'] = stored[f'{dotted}{part}.LayerNorm.weight']
            weights[f'{layer}/{name}/shift'] = stored[f'{dotted}{part}.LayerNorm.bias']
    return {name: np.array(value, np.float32) for name, value in weights.items()}


def quantise_rows(matrix, levels):
    """Integers from -levels to levels and one scale a row (axis 0), with the least squared error of a few clippings."""
    peak = np.abs(matrix).max(1, keepdims=True) + 1e-12
    best, best_error, best_scale = None, np.full((len(matrix), 1), np.inf), peak / levels
    for share in np.linspace(0.3, 1, 29):
        scale = peak * share / levels
        rounded = np.clip(np.round(matrix / scale), -levels, levels)
        error = ((rounded * scale - matrix) ** 2).sum(1, keepdims=True)
        better = error < best_error
        best = rounded if best is None else np.where(better, rounded, best)
        best_scale = np.where(better, scale, best_scale)
        best_error = np.minimum(error, best_error)
    return best.astype(np.int8), best_scale[:, 0].astype(np.float32)


def rounded_by(matrix, scale, levels):
    """The matrix [inputs, outputs] as it is once it is rounded to multiples of its column's scale; the slope is as if it were not."""
    return matrix + tf.stop_gradient(tf.clip_by_value(tf.round(matrix / scale), -levels, levels) * scale - matrix)


def with_kept_words(weights, ids, positions):
    """Only the pieces that are kept, rounded to few levels as they are shipped, and the first positions."""
    out = dict(weights)
    levels, scale = quantise_rows(weights['words'][ids], LEVELS_EMBEDDING)
    out['words'] = levels.astype(np.float32) * scale[:, None]
    out['places'] = weights['places'][:positions]
    return out


def fused(weights, layers):
    """Query, key and value as one matrix."""
    out = {name: value for name, value in weights.items() if not any(f'/{part}/' in name for part in ('query', 'key', 'value'))}
    for layer in range(layers):
        for kind, axis in (('weight', 1), ('bias', 0)):
            out[f'{layer}/qkv/{kind}'] = np.concatenate([weights[f'{layer}/{part}/{kind}'] for part in ('query', 'key', 'value')], axis)
    return out


def with_heads(weights, width, seed):
    random = np.random.RandomState(seed)
    return {**weights, 'heads/weight': random.normal(0, 0.02, (3 * width, OUTPUTS)).astype(np.float32), 'heads/bias': np.zeros(OUTPUTS, np.float32)}


def norm(x, gain, shift):
    mean, variance = tf.nn.moments(x, -1, keepdims=True)
    return (x - mean) * tf.math.rsqrt(variance + NORM_EPSILON) * gain + shift


@tf.custom_gradient
def activate(x):
    """GELU in its usual approximation, x·sigmoid(1.5958 x + 0.0714 x³); in float32, as bfloat16 is slow outside of products."""
    kind = x.dtype
    x = tf.cast(x, tf.float32)
    square = x * x
    gate = tf.sigmoid(x * (GELU_LINEAR + GELU_CUBIC * square))

    def gradient(upstream):
        slope = gate * (1 + x * (1 - gate) * (GELU_LINEAR + 3 * GELU_CUBIC * square))
        return tf.cast(tf.cast(upstream, tf.float32) * slope, kind)
    return tf.cast(x * gate, kind), gradient


def hidden_states(w, shape, ids, mask, dtype=tf.float32, exact=False):
    """ids [texts, tokens] int32, mask [texts, tokens] float32 (1 where a token stands): [texts, tokens, width] float32."""
    heads, width = shape['heads'], shape['width']
    texts, tokens = tf.shape(ids)[0], tf.shape(ids)[1]

    def dense(x, name):
        return tf.nn.bias_add(tf.matmul(x, tf.cast(w[f'{name}/weight'], dtype)), tf.cast(w[f'{name}/bias'], dtype))

    x = norm(tf.gather(w['words'], ids) + w['places'][:tokens], w['norm/gain'], w['norm/shift'])
    x = tf.reshape(x, (-1, width))
    away = ((mask - 1) * 1e4)[:, None, None, :]
    for layer in range(shape['layers']):
        qkv = tf.reshape(dense(tf.cast(x, dtype), f'{layer}/qkv'), (texts, tokens, 3, heads, width // heads))
        q, k, v = tf.unstack(tf.transpose(qkv, (2, 0, 3, 1, 4)))
        scores = tf.cast(tf.matmul(q, k, transpose_b=True), tf.float32) * (width // heads) ** -0.5 + away
        mixed = tf.matmul(tf.cast(tf.nn.softmax(scores), dtype), v)
        mixed = tf.reshape(tf.transpose(mixed, (0, 2, 1, 3)), (-1, width))
        x = norm(x + tf.cast(dense(mixed, f'{layer}/attention'), tf.float32), w[f'{layer}/norm1/gain'], w[f'{layer}/norm1/shift'])
        inner = (tf.nn.gelu if exact else activate)(dense(tf.cast(x, dtype), f'{layer}/up'))
        x = norm(x + tf.cast(dense(inner, f'{layer}/down'), tf.float32), w[f'{layer}/norm2/gain'], w[f'{layer}/norm2/shift'])
    return tf.reshape(x, (texts, tokens, width))


def logits(w, shape, ids, mask, dtype=tf.float32, head_drop=0.0, seed=None):
    """[texts, OUTPUTS], not calibrated. `seed` [2] int32 decides what `head_drop` leaves out."""
    x = hidden_states(w, shape, ids, mask, dtype)
    there = mask[..., None]
    pooled = tf.concat([x[:, 0], tf.reduce_sum(x * there, 1) / tf.reduce_sum(there, 1), tf.reduce_max(x - (1 - there) * 1e4, 1)], 1)
    if head_drop > 0:
        pooled = tf.nn.experimental.stateless_dropout(pooled, head_drop, seed)
    return tf.matmul(pooled, w['heads/weight']) + w['heads/bias']
