// @mgcrea/triton-client as it comes, with Triton's own proto files in it, against a server that serves the suite's models:
// node mgcrea_check.mjs HOST:PORT [TOKEN]
import assert from 'node:assert';
import grpc from '@grpc/grpc-js';
import { createClient } from '@mgcrea/triton-client';

const [address, token] = process.argv.slice(2);
const headers = new grpc.Metadata();
if (token) {
  headers.set('authorization', `Bearer ${token}`);
}
const client = createClient(address);

assert.strictEqual((await client.serverLive({}, headers)).live, true);
assert.strictEqual((await client.modelReady({ name: 'identity_fp32' }, headers)).ready, true);
const metadata = await client.modelMetadata({ name: 'simple' }, headers);
assert.deepStrictEqual(metadata.inputs.map((input) => input.name), ['INPUT0', 'INPUT1']);
const config = await client.modelConfig({ name: 'simple' }, headers);
assert.strictEqual(config.config.maxBatchSize, 8);

const values = Buffer.from(new Float32Array([1, 2.5, -3]).buffer);
const answer = await client.modelInfer(
  {
    modelName: 'identity_fp32',
    id: 'mgcrea',
    inputs: [{ name: 'INPUT0', datatype: 'FP32', shape: [1, 3] }],
    rawInputContents: [values],
  },
  headers,
);
assert.strictEqual(answer.id, 'mgcrea');
assert.deepStrictEqual(Buffer.from(answer.rawOutputContents[0]), values);
await assert.rejects(client.modelInfer({ modelName: 'no_such_model' }, headers));
console.log('1 passed, 0 failed');
process.exit(0);
