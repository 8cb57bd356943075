import { APIError } from "better-auth/api";

/** The backend deletes everything in one transaction, which takes seconds for a large account. */
const REQUEST_TIMEOUT_MS = 20_000;

/**
 * Deletes all data that the backend has of a user whose account is about to be deleted: no one could access it afterwards.
 * If it fails, the account is kept, so that the user can try again.
 */
export async function deleteUserData(apiUrl: string, userId: string, accessToken: string): Promise<void> {
  const status = await requestDeletion(`${apiUrl}/api/${encodeURIComponent(userId)}`, accessToken);
  if (status === 204) return;
  console.error(`auth error: the data of an account could not be deleted: ${status ?? "no response"} from the backend`);
  throw new APIError("SERVICE_UNAVAILABLE", {
    code: "TASKS_NOT_DELETED",
    message: "The tasks could not be deleted, so the account was kept. Try again in a moment.",
  });
}

/** The status of the response; undefined if there is none. */
async function requestDeletion(url: string, accessToken: string): Promise<number | undefined> {
  try {
    const response = await fetch(url, {
      method: "DELETE",
      headers: { authorization: `Bearer ${accessToken}` },
      redirect: "manual",
      cache: "no-store",
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
    await response.body?.cancel();
    return response.status;
  } catch {
    return undefined;
  }
}
