/* The package's index brings fetch, WebSocket, caches and mocks along: twice the size, and twice the time to load. */
declare module 'undici/lib/dispatcher/agent.js' {
  export { Agent as default } from 'undici';
}
