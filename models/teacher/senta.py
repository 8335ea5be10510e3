"""Weights of Senta 1.0.3 (PyPI, Apache-2.0): a character Bi-LSTM for Chinese sentiment, read without its framework."""
import numpy as np


class Senta:
    """`folder` is the unpacked wheel's Senta folder."""

    EMBEDDINGS, UNITS = 10705, 128

    def __init__(self, folder):
        self.folder = folder
        with open(f'{folder}/conf/word_dict.txt', encoding='utf8') as lines:
            self.ids = {line.rstrip('\n'): at for at, line in enumerate(lines)}
        self.unknown = self.EMBEDDINGS - 1
        self.embedding = self._read('embedding_0.w_0', (self.EMBEDDINGS, self.UNITS))
        self.kernels = [self._read(f'fc_{k}.w_0', (self.UNITS, 4 * self.UNITS)) for k in (0, 1)]
        self.kernel_biases = [self._read(f'fc_{k}.b_0', (4 * self.UNITS,)) for k in (0, 1)]
        self.recurrent = [self._read(f'lstm_{k}.w_0', (self.UNITS, 4 * self.UNITS)) for k in (0, 1)]
        self.recurrent_biases = [self._read(f'lstm_{k}.b_0', (7 * self.UNITS,)) for k in (0, 1)]

    def _read(self, name, shape):
        """Each file is a header and then the numbers, float32 little-endian."""
        with open(f'{self.folder}/infer_model/{name}', 'rb') as file:
            data = file.read()
        return np.frombuffer(data[-4 * int(np.prod(shape)):], dtype='<f4').reshape(shape).copy()

    @staticmethod
    def keras_gates(weights):
        """Gates stand as candidate, input, forget, output; Keras wants input, forget, candidate, output."""
        candidate, input_, forget, output = np.split(weights, 4, axis=-1)
        return np.concatenate([input_, forget, candidate, output], axis=-1)

    def keras_lstm(self, direction):
        """Kernel, recurrent kernel and bias of one direction; the peepholes (three of the seven bias rows) are left out."""
        bias = self.kernel_biases[direction] + self.recurrent_biases[direction][:4 * self.UNITS]
        return [self.keras_gates(part) for part in (self.kernels[direction], self.recurrent[direction], bias)]
