"""Writes packages as Maven would hold them, with encoders of random weights: for a test of the whole chain.

    python make_tiny_packages.py MAVEN_REPOSITORY

Layers, widths and names are those of the real encoders; the word tables hold what the made-up texts use most.
"""
import json
import os
import sys
import zipfile
import zlib

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'training'))
import encoder
import unpack_encoders

PLACES = 96
LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789'
HAN = '的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运差慢快服务态度客服退款质量物流'


def tensor(name, *shape):
    return numpy_helper.from_array(np.random.RandomState(zlib.crc32(name.encode())).normal(0, 0.05, shape).astype(np.float32), name)


def write_onnx(path, shape, pieces):
    width, inner, tensors, nodes = shape['width'], shape['width'] * 4, [], []
    add = lambda name, *size: tensors.append(tensor(name, *size))
    add('embeddings.word_embeddings.weight', pieces, width)
    add('embeddings.position_embeddings.weight', 2 * PLACES, width)
    add('embeddings.token_type_embeddings.weight', 2, width)

    def norm(name):
        tensors.append(numpy_helper.from_array(np.ones(width, np.float32), f'{name}.LayerNorm.weight'))
        tensors.append(numpy_helper.from_array(np.zeros(width, np.float32), f'{name}.LayerNorm.bias'))

    norm('embeddings')
    for layer in range(shape['layers']):
        for name, part in encoder.NODES.items():
            inputs, outputs = (width, inner) if name == 'up' else (inner, width) if name == 'down' else (width, width)
            add(f'matrix:{layer}:{name}', inputs, outputs)
            add(f'encoder.layer.{layer}.{part.replace("/", ".")}.bias', outputs)
            nodes.append(helper.make_node('MatMul', ['x', f'matrix:{layer}:{name}'], [f'y:{layer}:{name}'], name=f'/encoder/layer.{layer}/{part}/MatMul'))
        for part in ('attention.output', 'output'):
            norm(f'encoder.layer.{layer}.{part}')
    seen = helper.make_tensor_value_info('x', TensorProto.FLOAT, [None, None])
    onnx.save(helper.make_model(helper.make_graph(nodes, 'tiny', [seen], [], tensors)), path)


def main(repository):
    for language, package in unpack_encoders.PACKAGES.items():
        folder = os.path.join(repository, 'dev', 'langchain4j', package, unpack_encoders.VERSION)
        os.makedirs(folder, exist_ok=True)
        pieces = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', *dict.fromkeys(HAN + LETTERS + ',.!?，。！？')] + [f'##{each}' for each in LETTERS]
        write_onnx(os.path.join(folder, 'model.onnx'), encoder.SHAPES[language], len(pieces))
        with zipfile.ZipFile(os.path.join(folder, f'{package}-{unpack_encoders.VERSION}.jar'), 'w') as jar:
            jar.write(os.path.join(folder, 'model.onnx'), f'{package}.onnx')
            jar.writestr(f'{package}-tokenizer.json', json.dumps({'model': {'vocab': {piece: at for at, piece in enumerate(pieces)}}}))
        os.remove(os.path.join(folder, 'model.onnx'))


if __name__ == '__main__':
    main(*sys.argv[1:])
