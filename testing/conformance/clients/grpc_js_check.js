// @grpc/grpc-js with the protocol's public proto file, as any Node program would use it, against a server that serves the
// suite's models: node grpc_js_check.js PROTO_DIRECTORY HOST:PORT [TOKEN]
'use strict';

const assert = require('node:assert');
const path = require('node:path');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const [protos, address, token] = process.argv.slice(2);
const definition = loader.loadSync('inference/open_inference.proto', {
  // protobufjs brings google/api, which the contract's HTTP paths are written in.
  includeDirs: [protos, path.dirname(require.resolve('protobufjs/package.json'))],
  keepCase: true,
  longs: Number,
  enums: String,
  defaults: true,
  oneofs: true,
});
const { inference } = grpc.loadPackageDefinition(definition);
const client = new inference.GRPCInferenceService(address, grpc.credentials.createInsecure());

function metadata() {
  const headers = new grpc.Metadata();
  if (token) {
    headers.set('authorization', `Bearer ${token}`);
  }
  return headers;
}

function call(method, request) {
  return new Promise((resolve, reject) => {
    const deadline = new Date(Date.now() + 20000);
    client[method](request, metadata(), { deadline }, (error, answer) => (error ? reject(error) : resolve(answer)));
  });
}

function floats(...values) {
  return Buffer.from(new Float32Array(values).buffer);
}

const row = { name: 'INPUT0', datatype: 'FP32', shape: [1, 3] };

const checks = {
  async live() {
    assert.strictEqual((await call('ServerLive', {})).live, true);
    assert.strictEqual((await call('ServerReady', {})).ready, true);
  },
  async metadata() {
    assert.ok((await call('ServerMetadata', {})).name);
    const model = await call('ModelMetadata', { name: 'simple' });
    assert.deepStrictEqual(model.inputs.map((input) => input.name), ['INPUT0', 'INPUT1']);
    assert.deepStrictEqual(model.inputs[0].shape, [-1, 16]);
  },
  async raw() {
    const answer = await call('ModelInfer', {
      model_name: 'identity_fp32',
      id: 'node',
      inputs: [row],
      raw_input_contents: [floats(1, 2.5, -3)],
    });
    assert.strictEqual(answer.id, 'node');
    assert.deepStrictEqual(answer.raw_output_contents[0], floats(1, 2.5, -3));
  },
  async contents() {
    const answer = await call('ModelInfer', {
      model_name: 'identity_fp32',
      inputs: [{ ...row, contents: { fp32_contents: [1, 2.5, -3] } }],
    });
    const got = answer.raw_output_contents.length
      ? answer.raw_output_contents[0]
      : floats(...answer.outputs[0].contents.fp32_contents);
    assert.deepStrictEqual(got, floats(1, 2.5, -3));
  },
  async texts() {
    const answer = await call('ModelInfer', {
      model_name: 'identity_bytes',
      inputs: [{ name: 'INPUT0', datatype: 'BYTES', shape: [1, 2], contents: { bytes_contents: [Buffer.from('größe'), Buffer.from('')] } }],
    });
    assert.deepStrictEqual(answer.outputs[0].shape, [1, 2]);
  },
  async refused() {
    await assert.rejects(
      call('ModelInfer', { model_name: 'identity_fp32', inputs: [{ ...row, shape: [1, 128] }], raw_input_contents: [floats(1)] }),
      (error) => error.code === grpc.status.INVALID_ARGUMENT && error.details.length > 0,
    );
    await assert.rejects(
      call('ModelInfer', { model_name: 'no_such_model', inputs: [row], raw_input_contents: [floats(1, 2, 3)] }),
      (error) => error.code === grpc.status.NOT_FOUND,
    );
  },
  async statistics() {
    const { model_stats } = await call('ModelStatistics', { name: 'identity_fp32' });
    assert.ok(model_stats[0].inference_count > 0);
  },
  stream() {
    return new Promise((resolve, reject) => {
      const stream = client.ModelStreamInfer(metadata());
      const seen = [];
      stream.on('data', (answer) => seen.push(answer));
      stream.on('error', reject);
      stream.on('end', () => {
        try {
          assert.strictEqual(seen.length, 3);
          assert.strictEqual(seen.filter((answer) => answer.error_message).length, 1);
          resolve();
        } catch (error) {
          reject(error);
        }
      });
      const good = { model_name: 'identity_fp32', inputs: [row], raw_input_contents: [floats(1, 2, 3)] };
      stream.write(good);
      stream.write({ ...good, model_name: 'no_such_model' });
      stream.write(good);
      stream.end();
    });
  },
};

async function main() {
  let failed = 0;
  for (const [name, check] of Object.entries(checks)) {
    try {
      await check();
      console.log(`passed  ${name}`);
    } catch (error) {
      failed += 1;
      console.log(`FAILED  ${name}: ${error.message}`);
    }
  }
  client.close();
  console.log(`${Object.keys(checks).length - failed} passed, ${failed} failed`);
  process.exitCode = failed ? 1 : 0;
}

main();
