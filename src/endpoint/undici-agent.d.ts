/* The index of undici also loads fetch, WebSocket, caches and mocks: twice the size and twice the load time. */
declare module 'undici/lib/dispatcher/agent.js' {
  export { Agent as default } from 'undici';
}
