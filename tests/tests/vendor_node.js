// Calls operations with the vendor's Node.js clients and prints the outcome of each call, one JSON object a line.
//
// Arguments: the endpoint as HOST:PORT, the ID of an access key, its secret. The working directory has the packages.

const { createRequire } = require("module");
const load = createRequire(process.cwd() + "/");

const [endpoint, accessKeyId, accessKeySecret] = process.argv.slice(2);
const GROUP = { ProductType: "CloudApp", AppInstanceGroupId: "aig 1+2/ü&=*~'()!" };
const QUERY = { ProductType: "CloudApp", PageNumber: 2 };
const FORM = { Status: ["PUBLISHED", "FAILED"] };
const THING = { name: "测试", count: 1, tags: ["a", "b c"] };

const RPC = [
  { name: "LogOffAllSessionsInAppInstanceGroup", sent: GROUP, form: GROUP },
  { name: "ListAppInstanceGroup", sent: { ...QUERY, ...FORM }, query: QUERY, form: FORM },
  { name: "LogOffAllSessionsInAppInstanceGroup", sent: { ProductType: "CloudApp" }, form: { ProductType: "CloudApp" } },
];
const ROA = [
  { name: "GetThing", method: "GET", path: "/things/t%201", query: { Filter: "a b+c" }, sent: { Id: "t 1", Filter: "a b+c" } },
  { name: "UpdateThing", method: "PUT", path: "/things/t1", json: THING, sent: { Id: "t1", body: THING } },
];

/** Parameters as the darabonba clients take them: lists are written as `Name.1`. */
function flatten(parameters) {
  const flat = {};
  for (const [name, value] of Object.entries(parameters || {})) {
    if (Array.isArray(value)) value.forEach((item, index) => (flat[`${name}.${index + 1}`] = String(item)));
    else flat[name] = String(value);
  }
  return flat;
}

function popCore() {
  const { RPCClient, ROAClient } = load("@alicloud/pop-core");
  const keys = { endpoint: `http://${endpoint}`, accessKeyId, accessKeySecret };
  const rpc = new RPCClient({ ...keys, apiVersion: "2021-09-01" });
  const roa = new ROAClient({ ...keys, apiVersion: "2024-01-01" });
  const calls = RPC.map((call) => ({ ...call, run: () => rpc.request(call.name, call.sent, { method: "POST" }) }));
  const headers = { "content-type": "application/json" };
  for (const call of ROA) {
    const body = call.json ? JSON.stringify(call.json) : "";
    calls.push({ ...call, run: () => roa.request(call.method, call.path, call.query || {}, body, headers) });
  }
  return calls;
}

function darabonba(OpenApi, models, signatureAlgorithm) {
  const config = new models.Config({ accessKeyId, accessKeySecret, endpoint, protocol: "HTTP", signatureAlgorithm });
  const client = new OpenApi(config);
  const run = (call, params, request) => {
    const fixed = { action: call.name, protocol: "HTTP", authType: "AK", bodyType: "json" };
    return client.callApi(new models.Params({ ...fixed, ...params }), new models.OpenApiRequest(request), runtime());
  };
  const runtime = () => ({ autoretry: false, ignoreSSL: false, readTimeout: 5000, connectTimeout: 5000 });
  const rpc = RPC.map((call) => ({
    ...call,
    run: () =>
      run(
        call,
        { version: "2021-09-01", method: "POST", style: "RPC", pathname: "/", reqBodyType: "formData" },
        { query: flatten(call.query), body: call.form && flatten(call.form) },
      ),
  }));
  const roa = ROA.map((call) => ({
    ...call,
    run: () =>
      run(
        call,
        { version: "2024-01-01", method: call.method, style: "ROA", pathname: call.path, reqBodyType: "json" },
        { query: flatten(call.query), body: call.json },
      ),
  }));
  return [...rpc, ...roa];
}

function clients() {
  const client = load("@alicloud/openapi-client");
  const core = load("@alicloud/openapi-core");
  return {
    "pop-core": popCore(),
    "openapi-client": darabonba(client.default, client),
    "openapi-client v2": darabonba(client.default, client, "v2"),
    "openapi-core": darabonba(core.default, core.$OpenApiUtil),
    "openapi-core v2": darabonba(core.default, core.$OpenApiUtil, "v2"),
  };
}

async function main() {
  for (const [client, calls] of Object.entries(clients())) {
    for (const { name, sent, run } of calls) {
      const outcome = { client, name, sent };
      try {
        const response = await run();
        outcome.response = response.body || response;
      } catch (error) {
        // The ROA client of pop-core looks for `Code` alone, and ROA services write `code`.
        outcome.code = error.code || (error.result && error.result.code);
        outcome.error = String(error.message || error);
      }
      console.log(JSON.stringify(outcome));
    }
  }
  process.exit(0);
}

main();
