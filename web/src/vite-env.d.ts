/// <reference types="vite/client" />

interface ImportMetaEnv {
  /** Where a stream comes from unless the user says otherwise. */
  readonly VITE_STREAMING_BACKEND?: 'redis' | 'logs';
}
