import { asArray, asCount, asObject, asText } from '../json.js';
import type { Context, KnownServer, PageFact } from './known-server.js';

const served = (value: unknown): Context | null => context(value, 'served');
const trained = (value: unknown): Context | null => context(value, 'model');
function context(value: unknown, of: Context['of']): Context | null {
  const tokens = asCount(value);
  return tokens ? { tokens, of } : null;
}

const versionAt = (path: string): PageFact<string> => ({
  path,
  read: (body) => asText(asObject(body)?.version),
});

const ofModel = (list: unknown, model: string, names: readonly string[]) =>
  asArray(list)
    .map(asObject)
    .find((entry) => names.some((name) => entry?.[name] === model || entry?.[name] === `${model}:latest`));

const hosted = (id: string, name: string, basePath: string, ...hosts: string[]): KnownServer => ({
  id,
  name,
  ports: [],
  signs: [],
  hosted: { hosts, basePath },
  advice: {},
});

/** In the order of recognition: a gateway or an imitation comes before the server whose pages it also has. */
export const SERVERS: readonly KnownServer[] = [
  {
    id: 'openrouter',
    name: 'OpenRouter',
    ports: [],
    signs: [],
    hosted: { hosts: ['openrouter.ai'], basePath: '/api/v1' },
    advice: {
      tools: 'Choose a model with tool support: openrouter.ai/models?supported_parameters=tools lists them.',
      model: 'Model ids are AUTHOR/NAME, as openrouter.ai/models shows them.',
      key: 'Create a key at openrouter.ai/settings/keys; it starts with sk-or-.',
    },
  },
  hosted('openai', 'OpenAI', '/v1', 'api.openai.com'),
  hosted('groq', 'Groq', '/openai/v1', 'api.groq.com'),
  hosted('together', 'Together AI', '/v1', 'api.together.xyz', 'api.together.ai'),
  hosted('fireworks', 'Fireworks AI', '/inference/v1', 'api.fireworks.ai'),
  hosted('deepseek', 'DeepSeek', '/v1', 'api.deepseek.com'),
  hosted('mistral', 'Mistral AI', '/v1', 'api.mistral.ai'),
  hosted('cerebras', 'Cerebras', '/v1', 'api.cerebras.ai'),
  hosted('deepinfra', 'DeepInfra', '/v1/openai', 'api.deepinfra.com'),
  hosted('huggingface', 'Hugging Face', '/v1', 'router.huggingface.co'),
  {
    id: 'litellm',
    name: 'LiteLLM',
    ports: [4000],
    signs: [
      { header: ['x-litellm-version', /./] },
      { header: ['x-litellm-call-id', /./] },
      { page: { path: '/health/liveliness', is: (body) => body === "I'm alive!" } },
    ],
    version: { header: 'x-litellm-version' },
    context: [
      {
        path: '/model/info',
        read: (body, model) =>
          trained(
            asObject(ofModel(asObject(body)?.data, model, ['model_name'])?.model_info)?.max_input_tokens,
          ),
      },
    ],
    advice: {
      tools:
        'In config.yaml use a provider that passes tools on (ollama_chat/ instead of ollama/, hosted_vllm/ for vLLM), and check the server behind the proxy.',
      context:
        'Raise it on the server behind the proxy; model_info.max_input_tokens in config.yaml only reports it.',
      model: 'Model ids are the model_name entries of config.yaml.',
      key: 'Give a virtual key of the proxy, or its master_key, which is the only key without a database.',
    },
  },
  {
    id: 'vllm',
    name: 'vLLM',
    ports: [8000],
    signs: [{ ownedBy: 'vllm' }],
    version: versionAt('/version'),
    advice: {
      tools:
        'Start it with --enable-auto-tool-choice --tool-call-parser NAME; the parser depends on the model (hermes, llama3_json, mistral, openai …).',
      context: 'Start it with a larger --max-model-len.',
      model: 'The id is the value of --served-model-name, or of --model.',
      key: 'Give the key that the server was started with: --api-key or VLLM_API_KEY.',
    },
  },
  {
    id: 'sglang',
    name: 'SGLang',
    ports: [30000],
    signs: [{ ownedBy: 'sglang' }],
    version: versionAt('/get_server_info'),
    advice: {
      tools:
        'Start it with --tool-call-parser NAME; the parser depends on the model (qwen25, llama3, mistral, gpt-oss …).',
      context: 'Start it with a larger --context-length.',
      model: 'The id is the value of --served-model-name, or of --model-path.',
      key: 'Give the key that the server was started with: --api-key.',
    },
  },
  {
    id: 'tensorrt-llm',
    name: 'TensorRT-LLM',
    ports: [8000],
    signs: [{ ownedBy: 'tensorrt_llm' }],
    version: versionAt('/version'),
    advice: {
      tools: 'Start trtllm-serve with --tool_parser NAME.',
      context: 'Start trtllm-serve with a larger --max_seq_len.',
    },
  },
  {
    id: 'koboldcpp',
    name: 'KoboldCpp',
    ports: [5001],
    signs: [
      { ownedBy: 'koboldcpp' },
      { page: { path: '/api/extra/version', is: (body) => asObject(body)?.result === 'KoboldCpp' } },
    ],
    version: versionAt('/api/extra/version'),
    context: [{ path: '/api/extra/true_max_context_length', read: (body) => served(asObject(body)?.value) }],
    advice: {
      tools: 'Start it with --jinja --jinja_tools.',
      context: 'Start it with a larger --contextsize.',
    },
  },
  {
    id: 'tabbyapi',
    name: 'TabbyAPI',
    ports: [5000],
    signs: [{ ownedBy: 'tabbyAPI' }],
    context: [
      { path: '/v1/model', read: (body) => served(asObject(asObject(body)?.parameters)?.max_seq_len) },
    ],
    advice: {
      tools: 'In config.yml set a prompt_template that supports tool calls.',
      context: 'In config.yml raise max_seq_len.',
      key: 'The keys are in api_tokens.yml.',
    },
  },
  {
    id: 'llama.cpp',
    name: 'llama.cpp',
    ports: [8080],
    signs: [
      { header: ['server', /^llama\.cpp/] },
      { ownedBy: 'llamacpp' },
      {
        page: {
          path: '/props',
          is: (body) =>
            asObject(asObject(body)?.default_generation_settings) !== null &&
            asText(asObject(body)?.build_info) !== null,
        },
      },
    ],
    version: { path: '/props', read: (body) => asText(asObject(body)?.build_info) },
    context: [
      {
        path: '/props',
        read: (body) => served(asObject(asObject(body)?.default_generation_settings)?.n_ctx),
      },
    ],
    advice: {
      tools:
        'Start llama-server with --jinja, and with --chat-template-file FILE if the template in the model file does not support tools.',
      context: 'Start llama-server with a larger -c (--ctx-size); --parallel N divides it among N slots.',
      model: 'The id is the value of --alias, or the path given with -m.',
      key: 'Give the key that llama-server was started with: --api-key or --api-key-file.',
    },
  },
  {
    id: 'llama-cpp-python',
    name: 'llama-cpp-python',
    ports: [8000],
    signs: [
      {
        ownedBy: 'me',
        page: {
          path: '/openapi.json',
          is: (body) => /llama\.cpp Python API/.test(`${asObject(asObject(body)?.info)?.title}`),
        },
      },
    ],
    version: { path: '/openapi.json', read: (body) => asText(asObject(asObject(body)?.info)?.version) },
    advice: {
      tools:
        'Use llama-server --jinja with the same model file. This server (with --chat_format chatml-function-calling) streams tool calls only for a forced tool, and agents force none.',
      context: 'Start it with a larger --n_ctx (the default is 2048).',
      model: 'The id is the value of --model_alias, or the path given with --model.',
      key: 'Give the key that the server was started with: --api_key.',
    },
  },
  {
    id: 'lmstudio',
    name: 'LM Studio',
    ports: [1234],
    signs: [{ page: { path: '/lmstudio-greeting', is: (body) => asObject(body)?.lmstudio === true } }],
    context: [
      {
        path: '/api/v0/models',
        read(body, model) {
          const entry = ofModel(asObject(body)?.data, model, ['id']);
          return served(entry?.loaded_context_length) ?? trained(entry?.max_context_length);
        },
      },
    ],
    advice: {
      tools: 'Choose a model with the hammer icon in LM Studio: it was trained for tool use.',
      context:
        'Load the model with a larger context: lms load MODEL --context-length 32768, or the slider in the load settings.',
      model: 'lms ls shows the ids; lms get downloads a model.',
      key: 'Create an API token in the server settings of LM Studio, or switch API tokens off there.',
    },
  },
  {
    id: 'ollama',
    name: 'Ollama',
    ports: [11434],
    signs: [{ page: { path: '/', is: (_, text) => text.trim() === 'Ollama is running' } }],
    version: versionAt('/api/version'),
    context: [
      {
        path: '/api/ps',
        read: (body, model) =>
          served(ofModel(asObject(body)?.models, model, ['model', 'name'])?.context_length),
      },
      {
        path: '/api/show',
        ask: (model) => ({ model }),
        read(body) {
          const facts = Object.entries(asObject(asObject(body)?.model_info) ?? {});
          return trained(facts.find(([name]) => name.endsWith('.context_length'))?.[1]);
        },
      },
    ],
    advice: {
      tools: 'Choose a model with the tools capability: ollama show MODEL lists it.',
      context:
        'Start it with OLLAMA_CONTEXT_LENGTH=65536 ollama serve. The default may be 4096, and Ollama cuts longer prompts without an error.',
      model: 'ollama list shows the ids; ollama pull MODEL downloads a model.',
    },
  },
  {
    id: 'tgi',
    name: 'Text Generation Inference',
    ports: [3000],
    signs: [
      {
        page: {
          path: '/info',
          is: (body) =>
            asText(asObject(body)?.model_id) !== null &&
            asCount(asObject(body)?.max_concurrent_requests) !== null,
        },
      },
    ],
    version: versionAt('/info'),
    context: [{ path: '/info', read: (body) => served(asObject(body)?.max_total_tokens) }],
    advice: { context: 'Start it with a larger --max-total-tokens.' },
  },
];

/** The hosted service of a host name; null for none. */
export function hostedServer(hostname: string): KnownServer | null {
  const isAt = (host: string) => hostname === host || hostname.endsWith(`.${host}`);
  return SERVERS.find((server) => server.hosted?.hosts.some(isAt)) ?? null;
}
