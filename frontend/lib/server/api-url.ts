/** Where the backend listens unless it is told otherwise. */
export const DEFAULT_API_URL = "http://127.0.0.1:8000";
