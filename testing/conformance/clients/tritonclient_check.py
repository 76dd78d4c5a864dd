"""NVIDIA's own Python client, as it comes, against a server that serves the suite's models.

tritonclient_check.py --grpc HOST:PORT --http HOST:PORT [--token TOKEN] [--local]

Prints one line a check and ends with how many passed and failed; the exit code says the same.
"""

import argparse
import asyncio
import os
import queue
import sys
import traceback
import uuid

import ml_dtypes
import numpy as np
import tritonclient.grpc as grpcclient
import tritonclient.grpc.aio as grpcaio
import tritonclient.http as httpclient
import tritonclient.http.aio as httpaio
from tritonclient._plugin import InferenceServerClientPlugin
from tritonclient.utils import InferenceServerException

SLOW = "slow"
NUMPY_TYPES = {
    "BOOL": np.bool_,
    "INT8": np.int8,
    "INT16": np.int16,
    "INT32": np.int32,
    "INT64": np.int64,
    "UINT8": np.uint8,
    "UINT16": np.uint16,
    "UINT32": np.uint32,
    "UINT64": np.uint64,
    "FP16": np.float16,
    "FP32": np.float32,
    "FP64": np.float64,
}

CHECKS = []


class Token(InferenceServerClientPlugin):
    """Sends a bearer token with every request."""

    def __init__(self, token):
        self.token = token

    def __call__(self, request):
        if self.token:
            request.headers["authorization"] = "Bearer " + self.token


def connected(client, options):
    client.register_plugin(Token(options.token))
    return client


def check(function):
    CHECKS.append(function)
    return function


def tensor(module, name, values, datatype, **binary):
    made = module.InferInput(name, list(values.shape), datatype)
    made.set_data_from_numpy(values, **binary)
    return made


def simple_inputs(module, **binary):
    first = np.arange(16, dtype=np.int32).reshape(1, 16)
    second = np.full((1, 16), 3, dtype=np.int32)
    inputs = [tensor(module, "INPUT0", first, "INT32", **binary), tensor(module, "INPUT1", second, "INT32", **binary)]
    return inputs, first + second, first - second


def both(options):
    yield grpcclient, options.grpc_client
    yield httpclient, options.http_client


@check
def health(options):
    for _, client in both(options):
        assert client.is_server_live()
        assert client.is_server_ready()
        assert client.is_model_ready("simple")
        assert client.is_model_ready("simple", "1")
        assert not client.is_model_ready("no_such_model")


@check
def metadata(options):
    grpc = options.grpc_client.get_server_metadata(as_json=True)
    http = options.http_client.get_server_metadata()
    assert grpc["name"] == http["name"] and "statistics" in http["extensions"]
    model = options.http_client.get_model_metadata("simple")
    assert [i["name"] for i in model["inputs"]] == ["INPUT0", "INPUT1"], model
    assert model["inputs"][0]["shape"] == [-1, 16], model
    model = options.grpc_client.get_model_metadata("simple")
    assert list(model.inputs[0].shape) == [-1, 16], model


@check
def configuration(options):
    config = options.http_client.get_model_config("simple")
    assert config["max_batch_size"] == 8 and config["input"][0]["data_type"] == "TYPE_INT32", config
    config = options.grpc_client.get_model_config("simple").config
    assert config.max_batch_size == 8 and list(config.input[0].dims) == [16], config


@check
def every_datatype(options):
    for module, client in both(options):
        for datatype, numpy_type in NUMPY_TYPES.items():
            values = np.arange(6).reshape(2, 3).astype(numpy_type)
            answer = client.infer(
                "identity_" + datatype.lower(), [tensor(module, "INPUT0", values, datatype)]
            )
            got = answer.as_numpy("OUTPUT0")
            assert got.dtype == values.dtype and np.array_equal(got, values), (module.__name__, datatype, got)


@check
def bfloat16_over_grpc(options):
    values = np.array([[1.0, -2.5, 3.0]], dtype=ml_dtypes.bfloat16)
    answer = options.grpc_client.infer("identity_bf16", [tensor(grpcclient, "INPUT0", values, "BF16")])
    assert np.array_equal(answer.as_numpy("OUTPUT0"), values), answer.as_numpy("OUTPUT0")


@check
def bytes_of_all_kinds(options):
    values = np.array([["plain", "grüße", "日本語"], ["", "x" * 1000, '"quoted"\n']], dtype=np.object_)
    expected = [text.encode() for text in values.flatten()]
    for module, client in both(options):
        answer = client.infer("identity_bytes", [tensor(module, "INPUT0", values, "BYTES")])
        assert list(answer.as_numpy("OUTPUT0").flatten()) == expected, module.__name__


@check
def http_binary_and_json(options):
    for binary_in in (True, False):
        for binary_out in (True, False):
            inputs, total, difference = simple_inputs(httpclient, binary_data=binary_in)
            outputs = [
                httpclient.InferRequestedOutput("OUTPUT0", binary_data=binary_out),
                httpclient.InferRequestedOutput("OUTPUT1", binary_data=not binary_out),
            ]
            answer = options.http_client.infer(
                "simple", inputs, outputs=outputs, request_id="7"
            )
            assert np.array_equal(answer.as_numpy("OUTPUT0"), total)
            assert np.array_equal(answer.as_numpy("OUTPUT1"), difference)
            assert answer.get_response()["id"] == "7"
            is_binary = "binary_data_size" in answer.get_output("OUTPUT0").get("parameters", {})
            assert is_binary == binary_out, answer.get_response()


@check
def http_compression(options):
    for request in ("gzip", "deflate", None):
        for response in ("gzip", "deflate", None):
            inputs, total, _ = simple_inputs(httpclient)
            answer = options.http_client.infer(
                "simple",
                inputs,
                request_compression_algorithm=request,
                response_compression_algorithm=response,
            )
            assert np.array_equal(answer.as_numpy("OUTPUT0"), total), (request, response)


@check
def grpc_compression(options):
    for algorithm in ("gzip", "deflate"):
        inputs, total, _ = simple_inputs(grpcclient)
        try:
            answer = options.grpc_client.infer(
                "simple", inputs, compression_algorithm=algorithm
            )
        except InferenceServerException as problem:
            # grpc-java knows gzip only; it says so.
            assert algorithm == "deflate" and "UNIMPLEMENTED" in str(problem.status()), problem
            continue
        assert np.array_equal(answer.as_numpy("OUTPUT0"), total)


@check
def asynchronous(options):
    done = queue.Queue()
    inputs, total, _ = simple_inputs(grpcclient)
    for _ in range(20):
        options.grpc_client.async_infer(
            "simple", inputs, lambda result, error: done.put((result, error))
        )
    for _ in range(20):
        result, error = done.get(timeout=20)
        assert error is None, error
        assert np.array_equal(result.as_numpy("OUTPUT0"), total)
    inputs, total, _ = simple_inputs(httpclient)
    pending = [options.http_client.async_infer("simple", inputs) for _ in range(20)]
    for one in pending:
        assert np.array_equal(one.get_result().as_numpy("OUTPUT0"), total)


@check
def aio(options):
    async def run():
        client = connected(grpcaio.InferenceServerClient(options.grpc), options)
        inputs, total, _ = simple_inputs(grpcclient)
        answer = await client.infer("simple", inputs)
        assert np.array_equal(answer.as_numpy("OUTPUT0"), total)
        await client.close()
        client = connected(httpaio.InferenceServerClient(options.http), options)
        inputs, total, _ = simple_inputs(httpclient)
        answer = await client.infer("simple", inputs)
        assert np.array_equal(answer.as_numpy("OUTPUT0"), total)
        await client.close()

    asyncio.run(run())


@check
def aio_stream(options):
    async def requests():
        for i in range(5):
            inputs, _, _ = simple_inputs(grpcclient)
            yield {"model_name": "simple", "inputs": inputs, "request_id": str(i)}

    async def run():
        client = connected(grpcaio.InferenceServerClient(options.grpc), options)
        seen = set()
        async for result, error in client.stream_infer(requests()):
            assert error is None, error
            seen.add(result.get_response().id)
        assert seen == {"0", "1", "2", "3", "4"}, seen
        await client.close()

    asyncio.run(run())


@check
def classification(options):
    scores = np.array([[0.1, 0.7, -2.0, 0.5]], dtype=np.float32)
    for module, client in both(options):
        answer = client.infer(
            "classifier",
            [tensor(module, "INPUT0", scores, "FP32")],
            outputs=[module.InferRequestedOutput("OUTPUT0", class_count=2)],
        )
        classes = [entry.decode().split(":") for entry in answer.as_numpy("OUTPUT0").flatten()]
        assert [(index, label) for _, index, label in classes] == [("1", "dog"), ("3", "fish")], classes


@check
def stream(options):
    client = connected(grpcclient.InferenceServerClient(options.grpc), options)
    answers = queue.Queue()
    client.start_stream(lambda result, error: answers.put((result, error)))
    inputs, total, _ = simple_inputs(grpcclient)
    client.async_stream_infer("simple", inputs, request_id="good")
    result, error = answers.get(timeout=20)
    assert error is None and np.array_equal(result.as_numpy("OUTPUT0"), total)
    client.async_stream_infer("no_such_model", inputs, request_id="bad")
    result, error = answers.get(timeout=20)
    assert error is not None, "an error over the stream"
    client.async_stream_infer("simple", inputs, request_id="good again")
    result, error = answers.get(timeout=20)
    assert error is None, error
    client.stop_stream()
    client.close()


@check
def sequence(options):
    def value(module, number):
        return [tensor(module, "INPUT0", np.array([[number]], dtype=np.float32), "FP32")]

    for module, client in both(options):
        for identifier in (uuid.uuid4().int >> 66, str(uuid.uuid4())):
            total = 0
            for i, number in enumerate((1, 2, 3)):
                answer = client.infer(
                    "accumulator",
                    value(module, number),
                    sequence_id=identifier,
                    sequence_start=i == 0,
                    sequence_end=i == 2,
                )
                total += number
                assert answer.as_numpy("OUTPUT0")[0][0] == total, (module.__name__, identifier)


@check
def priority_and_timeout(options):
    for module, client in both(options):
        steps = np.array([[2]], dtype=np.int64)
        answer = client.infer(
            SLOW, [tensor(module, "INPUT0", steps, "INT64")], priority=1, timeout=20_000_000
        )
        assert answer.as_numpy("OUTPUT0")[0][0] == 2


@check
def client_timeout(options):
    steps = np.array([[4000]], dtype=np.int64)
    try:
        options.grpc_client.infer(
            SLOW, [tensor(grpcclient, "INPUT0", steps, "INT64")], client_timeout=0.2
        )
    except InferenceServerException as problem:
        assert "DEADLINE" in str(problem.status()).upper(), problem
    else:
        raise AssertionError("no Deadline Exceeded")


@check
def parameters(options):
    inputs, total, _ = simple_inputs(httpclient)
    for module, client in both(options):
        inputs, total, _ = simple_inputs(module)
        answer = client.infer("simple", inputs, parameters={"note": "text", "count": 3, "flag": True})
        assert np.array_equal(answer.as_numpy("OUTPUT0"), total)


@check
def statistics(options):
    def count(statistics):
        return int(statistics["model_stats"][0]["inference_count"])

    for module, client in both(options):
        arguments = {"as_json": True} if module is grpcclient else {}
        before = count(client.get_inference_statistics("identity_int16", **arguments))
        values = np.zeros((4, 2), dtype=np.int16)
        client.infer("identity_int16", [tensor(module, "INPUT0", values, "INT16")])
        for _ in range(100):
            after = count(client.get_inference_statistics("identity_int16", **arguments))
            if after == before + 4:
                break
        assert after == before + 4, (module.__name__, before, after)


@check
def load_and_unload(options):
    values = np.ones((2, 2), dtype=np.float32)
    for module, client in both(options):
        index = client.get_model_repository_index()
        models = index.models if module is grpcclient else index
        names = [m.name if module is grpcclient else m["name"] for m in models]
        assert "loadable" in names, names
        client.unload_model("loadable")
        assert not client.is_model_ready("loadable")
        try:
            client.infer("loadable", [tensor(module, "INPUT0", values, "FP32")])
        except InferenceServerException:
            pass
        else:
            raise AssertionError("an unloaded model answered")
        client.load_model("loadable")
        assert client.is_model_ready("loadable")
        answer = client.infer("loadable", [tensor(module, "INPUT0", values, "FP32")])
        assert np.array_equal(answer.as_numpy("OUTPUT0"), values)


@check
def trace_and_log_settings(options):
    for module, client in both(options):
        arguments = {"as_json": True} if module is grpcclient else {}
        before = client.get_trace_settings(**arguments)
        assert before, before
        client.update_trace_settings(settings={"trace_rate": "500"})
        after = client.get_trace_settings(**arguments)
        assert "500" in str(after), after
        client.update_trace_settings(settings={"trace_rate": "1"})
        settings = client.get_log_settings(**arguments)
        assert "log_info" in str(settings), settings
        client.update_log_settings(settings={"log_verbose_level": 0})


@check
def shared_memory(options):
    if not options.local:
        print("            (needs --local)")
        return
    import tritonclient.utils.shared_memory as shm

    values = np.arange(16, dtype=np.int32).reshape(1, 16)
    for module, client in both(options):
        name = "check-" + uuid.uuid4().hex
        region = shm.create_shared_memory_region(name, "/" + name, 256)
        try:
            shm.set_shared_memory_region(region, [values, values])
            client.register_system_shared_memory(name, "/" + name, 256)
            assert name in str(client.get_system_shared_memory_status())
            inputs = []
            for i in range(2):
                made = module.InferInput("INPUT%d" % i, [1, 16], "INT32")
                made.set_shared_memory(name, 64, offset=64 * i)
                inputs.append(made)
            output = module.InferRequestedOutput("OUTPUT0")
            output.set_shared_memory(name, 64, offset=128)
            client.infer("simple", inputs, outputs=[output])
            assert np.array_equal(shm.get_contents_as_numpy(region, np.int32, [1, 16], 128), values * 2)
            client.unregister_system_shared_memory(name)
        finally:
            shm.destroy_shared_memory_region(region)


@check
def ensemble(options):
    for module, client in both(options):
        inputs, total, difference = simple_inputs(module)
        answer = client.infer("ensemble_add_sub", inputs)
        assert np.array_equal(answer.as_numpy("OUTPUT0"), total)
        assert np.array_equal(answer.as_numpy("OUTPUT1"), difference)


@check
def errors(options):
    for module, client in both(options):
        wrong = module.InferInput("INPUT0", [1, 128], "FP32")
        wrong.set_data_from_numpy(np.zeros((1, 128), dtype=np.float32))
        for model, inputs in (("no_such_model", [wrong]), ("fixed_fp32", [wrong]), ("identity_int32", [wrong])):
            try:
                client.infer(model, inputs)
            except InferenceServerException as problem:
                assert problem.message(), problem
                assert "500" not in str(problem.status()), problem
            else:
                raise AssertionError("%s answered over %s" % (model, module.__name__))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--grpc", required=True)
    parser.add_argument("--http", required=True)
    parser.add_argument("--token", default="")
    parser.add_argument("--local", action="store_true")
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    options.grpc_client = connected(grpcclient.InferenceServerClient(options.grpc), options)
    options.http_client = connected(
        httpclient.InferenceServerClient(options.http, concurrency=4, network_timeout=60.0), options
    )
    failed = 0
    ran = 0
    for function in CHECKS:
        if options.only not in function.__name__:
            continue
        ran += 1
        try:
            function(options)
            print("passed  " + function.__name__, flush=True)
        except Exception as problem:  # every kind of failure is a finding
            failed += 1
            print("FAILED  %s: %s: %s" % (function.__name__, type(problem).__name__, problem), flush=True)
            if os.environ.get("VERBOSE"):
                traceback.print_exc()
    print("%d passed, %d failed" % (ran - failed, failed), flush=True)
    # The HTTP client's greenlets may not end by themselves.
    os._exit(1 if failed or not ran else 0)


if __name__ == "__main__":
    main()
