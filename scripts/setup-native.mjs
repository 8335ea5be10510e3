// `npm run setup:native -- cpu|gpu|webgpu`: brings a faster TensorFlow.js into .native/, a folder of its own.
// cpu and gpu: tfjs-node's usual install downloads a binary from a host that many networks do not reach, so its binding
// is compiled here against the library inside the Python wheel of TensorFlow 2.18.1. webgpu: Dawn over Vulkan, npm alone.
// Needs npm; cpu and gpu also g++, pip for Python 3.11 wheels and python3 to unpack them.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const TFJS_VERSION = '4.22.0';
const WEBGPU_VERSION = '0.6.2';
const TENSORFLOW_VERSION = '2.18.1';
/** CUDA 12.5 and cuDNN 9, as the wheel of TensorFlow 2.18.1 names them. */
const NVIDIA = [
  'nvidia-cublas-cu12==12.5.3.2', 'nvidia-cudnn-cu12==9.3.0.75', 'nvidia-cufft-cu12==11.2.3.61', 'nvidia-curand-cu12==10.3.6.82',
  'nvidia-cusolver-cu12==11.6.3.83', 'nvidia-cusparse-cu12==12.5.1.3', 'nvidia-cuda-runtime-cu12==12.5.82', 'nvidia-cuda-cupti-cu12==12.5.82',
  'nvidia-cuda-nvrtc-cu12==12.5.82', 'nvidia-cuda-nvcc-cu12==12.5.82', 'nvidia-nvjitlink-cu12==12.5.82', 'nvidia-nccl-cu12==2.21.5',
];
const WHEEL_TAGS = ['--only-binary=:all:', '--implementation', 'cp', '--python-version', '311', '--abi', 'cp311', '--abi', 'none', '--abi', 'abi3', '--platform', 'manylinux2014_x86_64', '--platform', 'manylinux_2_17_x86_64', '--platform', 'any'];
/** SHA-256 of the wheels; another one is refused. */
const CHECKSUMS = JSON.parse(readFileSync(new URL('./native-checksums.json', import.meta.url), 'utf8'));

const say = (text) => process.stderr.write(`${text}\n`);

function fail(text) {
  say(text);
  process.exit(1);
}

function run(command, args, cwd) {
  const { status, error } = spawnSync(command, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
  if (error) fail(`${command} is not there: ${error.message}`);
  if (status !== 0) fail(`${command} ${args[0]} ended with ${status}; nothing was changed.`);
}

function checkWheel(path, name) {
  const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
  const expected = CHECKSUMS[name];
  if (expected === undefined) fail(`${name} is not among the pinned files; nothing was installed.`);
  else if (expected !== sha256) fail(`${name} has SHA-256 ${sha256}, expected ${expected}; nothing was installed.`);
}

function install(folder, packages) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"private":true}\n');
  run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--silent', ...packages], folder);
}

function downloadWheels(folder, names) {
  const wheels = join(folder, 'wheels');
  mkdirSync(wheels, { recursive: true });
  run('pip', ['download', '--no-deps', '--quiet', '--dest', wheels, ...WHEEL_TAGS, ...names], folder);
  for (const wheel of readdirSync(wheels)) checkWheel(join(wheels, wheel), wheel);
  return readdirSync(wheels).map((wheel) => join(wheels, wheel));
}

function unpack(wheel, into) {
  run('python3', ['-m', 'zipfile', '-e', wheel, into], root);
}

/** Puts TensorFlow's libraries and a freshly compiled binding where tfjs-node looks for them. */
function buildBinding(folder, kind) {
  const packageDir = join(folder, 'node_modules', '@tensorflow', kind === 'gpu' ? 'tfjs-node-gpu' : 'tfjs-node');
  const wheelName = kind === 'gpu' ? 'tensorflow' : 'tensorflow-cpu';
  say(`  downloading ${wheelName} ${TENSORFLOW_VERSION}${kind === 'gpu' ? ' and the CUDA libraries (over 2 GB)' : ' (about 230 MB)'}`);
  const wheels = downloadWheels(folder, [`${wheelName}==${TENSORFLOW_VERSION}`, ...(kind === 'gpu' ? NVIDIA : [])]);
  const unpacked = join(folder, 'unpacked');
  for (const wheel of wheels) unpack(wheel, unpacked);
  const library = join(packageDir, 'deps', 'lib');
  mkdirSync(library, { recursive: true });
  const tensorflow = join(unpacked, 'tensorflow');
  for (const name of ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2']) renameSync(join(tensorflow, name), join(library, name));
  if (kind === 'gpu' && existsSync(join(unpacked, 'nvidia'))) {
    // TensorFlow finds CUDA by its run path, $ORIGIN/../nvidia/<part>/lib.
    rmSync(join(packageDir, 'deps', 'nvidia'), { recursive: true, force: true });
    renameSync(join(unpacked, 'nvidia'), join(packageDir, 'deps', 'nvidia'));
  }
  say('  compiling the binding');
  const binding = join(packageDir, 'lib', 'napi-v8');
  mkdirSync(binding, { recursive: true });
  run('g++', [
    '-shared', '-fPIC', '-O2', '-std=gnu++17', '-DNAPI_VERSION=8',
    `-I${join(folder, 'node_modules', 'node-api-headers', 'include')}`, `-I${join(tensorflow, 'include')}`,
    join(packageDir, 'binding', 'tfjs_backend.cc'), join(packageDir, 'binding', 'tfjs_binding.cc'),
    `-L${library}`, '-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2', '-Wl,-rpath,$ORIGIN/../../deps/lib',
    '-o', join(binding, 'tfjs_binding.node'),
  ], folder);
  rmSync(unpacked, { recursive: true, force: true });
  rmSync(join(folder, 'wheels'), { recursive: true, force: true });
}

const kind = process.argv[2];
if (!['cpu', 'gpu', 'webgpu'].includes(kind)) fail('Say which: npm run setup:native -- cpu, gpu or webgpu.');
if (kind !== 'webgpu' && (process.platform !== 'linux' || process.arch !== 'x64')) fail('The native CPU and CUDA backends are for Linux on x64; webgpu may work here.');

const target = join(root, '.native', kind);
const folder = `${target}.new`;
rmSync(folder, { recursive: true, force: true });
say(`Setting up ${kind} in ${target}`);
if (kind === 'webgpu') install(folder, [`@tensorflow/tfjs@${TFJS_VERSION}`, `@tensorflow/tfjs-backend-webgpu@${TFJS_VERSION}`, `webgpu@${WEBGPU_VERSION}`]);
else {
  install(folder, [`@tensorflow/${kind === 'gpu' ? 'tfjs-node-gpu' : 'tfjs-node'}@${TFJS_VERSION}`, 'node-api-headers@1']);
  buildBinding(folder, kind);
}
rmSync(target, { recursive: true, force: true });
try {
  renameSync(folder, target);
} catch {
  cpSync(folder, target, { recursive: true });
  rmSync(folder, { recursive: true, force: true });
}
say(`Done. The next start takes it; TOCSIN_TF_BACKEND=wasm goes back.`);
