"""Fine-tunes a Chinese Bi-LSTM on the training rows and writes its opinions, which the small model learns from.

    pip install numpy tensorflow-cpu==2.18.1
    pip download --no-deps Senta==1.0.3 && unzip Senta-1.0.3-*.whl -d senta
    node models/teacher/export-rows.mjs ../shared/data rows.jsonl
    python models/teacher/train_teacher.py rows.jsonl senta/Senta models/training/teacher.bin [epochs] [seed]

Only rows of the training part are learned from. An opinion is 7 bytes: hash of the text (uint32, little-endian), then
negative, neutral, positive in 255ths.
"""
import json
import struct
import sys
import unicodedata

import numpy as np
import tensorflow as tf

from senta import Senta

HEAD, TAIL = 72, 32
BATCH = 128
PAIR_SOURCES = {'online_shopping_10_cats', 'waimai_10k'}
SENTIMENTS = ['negative', 'neutral', 'positive']
PAIR_FULL_SHARE = 0.1
STARS_WEIGHT = 0.5


def encode(senta, text):
    letters = ''.join(unicodedata.normalize('NFC', text).split()).lower()
    ids = [senta.ids.get(letter, 0) or senta.unknown for letter in letters] or [senta.unknown]
    return ids if len(ids) <= HEAD + TAIL else ids[:HEAD] + ids[-TAIL:]


def build(senta):
    layers = tf.keras.layers
    ids = tf.keras.Input((None,), dtype='int32')
    mask = layers.Lambda(lambda x: tf.cast(x > 0, tf.float32)[..., None])(ids)
    embedding = layers.Embedding(senta.EMBEDDINGS, senta.UNITS, mask_zero=True)
    characters = layers.SpatialDropout1D(0.2)(embedding(ids))
    forward = layers.LSTM(senta.UNITS, return_sequences=True)
    backward = layers.LSTM(senta.UNITS, return_sequences=True, go_backwards=True)
    ahead = forward(characters)
    back = layers.Lambda(lambda x: tf.reverse(x, [1]))(backward(characters))
    both = layers.Concatenate()([ahead, back])
    peak = layers.Lambda(lambda a: tf.reduce_max(a[0] * a[1] - (1 - a[1]) * 9, 1))([both, mask])
    mean = layers.Lambda(lambda a: tf.reduce_sum(a[0] * a[1], 1) / tf.reduce_sum(a[1], 1))([both, mask])
    pooled = layers.Dropout(0.4)(layers.Concatenate()([peak, mean]))
    hidden = layers.Dropout(0.3)(layers.Dense(128, activation='relu')(pooled))
    model = tf.keras.Model(ids, layers.Dense(8)(hidden))
    embedding.set_weights([senta.embedding])
    forward.set_weights(senta.keras_lstm(0))
    backward.set_weights(senta.keras_lstm(1))
    return model


def batches(encoded, order, size, random=None):
    order = list(order)
    if random is not None:
        random.shuffle(order)
    chunks = []
    for start in range(0, len(order), size * 50):
        window = sorted(order[start:start + size * 50], key=lambda at: len(encoded[at]))
        chunks += [window[k:k + size] for k in range(0, len(window), size)]
    if random is not None:
        random.shuffle(chunks)
    for chunk in chunks:
        matrix = np.zeros((len(chunk), max(len(encoded[at]) for at in chunk)), np.int32)
        for row, at in enumerate(chunk):
            matrix[row, :len(encoded[at])] = encoded[at]
        yield chunk, matrix


def train(rows, encoded, model, epochs, seed):
    learned = [at for at, row in enumerate(rows) if row['part'] == 'train' and row['sentiment'] and at in encoded]
    schedule = tf.keras.optimizers.schedules.PolynomialDecay(1.2e-3, epochs * len(learned) // BATCH, 2e-5)
    optimizer = tf.keras.optimizers.Adam(schedule, clipnorm=1.0)
    ints = tf.TensorSpec((None,), tf.int32)

    @tf.function(input_signature=[tf.TensorSpec((None, None), tf.int32), ints, tf.TensorSpec((None,), tf.float32), ints])
    def step(ids, sentiment, pair, stars):
        with tf.GradientTape() as tape:
            out = model(ids, training=True)
            cross = tf.nn.sparse_softmax_cross_entropy_with_logits
            full = cross(sentiment, out[:, :3])
            two = cross(tf.where(sentiment == 2, 1, 0), tf.stack([out[:, 0], out[:, 2]], 1))
            starred = tf.cast(stars >= 0, tf.float32) * cross(tf.maximum(stars, 0), out[:, 3:])
            loss = tf.reduce_mean(pair * (two + PAIR_FULL_SHARE * full) + (1 - pair) * full + STARS_WEIGHT * starred)
        gradient = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradient, model.trainable_variables))
        return loss

    random = np.random.RandomState(seed)
    for epoch in range(epochs):
        losses = []
        for chunk, matrix in batches(encoded, learned, BATCH, random):
            losses.append(float(step(
                matrix,
                np.array([SENTIMENTS.index(rows[at]['sentiment']) for at in chunk], np.int32),
                np.array([rows[at]['source'] in PAIR_SOURCES for at in chunk], np.float32),
                np.array([(rows[at]['stars'] or 0) - 1 for at in chunk], np.int32))))
        print(f'epoch {epoch + 1} of {epochs}: loss {np.mean(losses):.4f}', flush=True)


def main(rows_path, senta_folder, out_path, epochs='3', seed='1'):
    tf.random.set_seed(int(seed))
    senta = Senta(senta_folder)
    with open(rows_path, encoding='utf8') as lines:
        rows = [json.loads(line) for line in lines]
    encoded = {at: encode(senta, row['text']) for at, row in enumerate(rows) if row['language'] == 'zh'}
    model = build(senta)
    train(rows, encoded, model, int(epochs), int(seed))
    opinions = {}
    wanted = [at for at in encoded if rows[at]['part'] in ('train', 'unlabelled')]
    for chunk, matrix in batches(encoded, wanted, 512):
        shares = tf.nn.softmax(model(matrix, training=False)[:, :3]).numpy()
        for at, share in zip(chunk, shares):
            opinions[rows[at]['hash']] = bytes(int(round(float(value) * 255)) for value in share)
    with open(out_path, 'wb') as out:
        for text_hash in sorted(opinions):
            out.write(struct.pack('<I', text_hash) + opinions[text_hash])
    print(f'{len(opinions)} opinions')


if __name__ == '__main__':
    main(*sys.argv[1:])
