import type { BetterAuthPlugin, GenericEndpointContext } from "better-auth";
import { APIError, createAuthEndpoint, sensitiveSessionMiddleware } from "better-auth/api";
import {
  ACCOUNT_DATA,
  type AccountDataSource,
  type Pages,
  PROFILE_FIELDS,
  pickFields,
  type Row,
} from "./account-data.ts";
import { limitExports } from "./attempt-limits.ts";
import { BackendRowsError } from "./backend-rows.ts";
import { TASK_COLUMNS, toCsv, toJson } from "./export-formats.ts";

const MEDIA_TYPES = { json: "application/json; charset=utf-8", csv: "text/csv; charset=utf-8; header=present" };

type Format = keyof typeof MEDIA_TYPES;

/**
 * POST /api/auth/export-data: everything of the account as one JSON document, or its tasks as CSV. It demands a recent
 * reauthentication (SENSITIVE_ROUTES). It is a POST request to Better Auth, so a link or a form of another site cannot
 * start it: the session cookie is not sent with it, and its origin is checked.
 */
export const dataExport = (apiUrl: string, getApiToken: (headers: Headers) => Promise<string>) =>
  ({
    id: "data-export",
    endpoints: {
      exportData: createAuthEndpoint(
        "/export-data",
        { method: "POST", requireHeaders: true, use: [sensitiveSessionMiddleware] },
        async (ctx): Promise<Response> => {
          const format = formatOf(ctx.body);
          const { user } = ctx.context.session;
          await limitExports(ctx, user.id);
          const accessToken = await getApiToken(ctx.headers);
          const { adapter, tables } = ctx.context;
          const source = { adapter, tables, apiUrl, userId: user.id, accessToken };
          const exportedAt = new Date();
          // All first pages are read before the response begins, so that an error is an answer of its own.
          const chunks =
            format === "csv"
              ? toCsv(TASK_COLUMNS, await open(ctx, source, "tasks"))
              : toJson({ exportedAt, account: await profileOf(ctx, user), members: await openAll(ctx, source) });
          return new Response(streamOf(chunks), {
            headers: {
              "content-type": MEDIA_TYPES[format],
              "content-disposition": `attachment; filename="${fileName(format, exportedAt)}"`,
              "cache-control": "no-store",
            },
          });
        },
      ),
    },
  }) satisfies BetterAuthPlugin;

function formatOf(body: unknown): Format {
  const format = typeof body === "object" && body && "format" in body ? body.format : undefined;
  if (format === "json" || format === "csv") return format;
  throw new APIError("BAD_REQUEST", { code: "INVALID_FORMAT", message: "The format is json or csv." });
}

async function profileOf({ context }: GenericEndpointContext, user: Row & { id: string }): Promise<Row> {
  const account = await context.internalAdapter.findCredentialAccount(user.id);
  return { ...pickFields(user, PROFILE_FIELDS), has_password: Boolean(account?.password) };
}

async function openAll(ctx: GenericEndpointContext, source: AccountDataSource): Promise<[string, Pages][]> {
  const members: [string, Pages][] = [];
  for (const name of Object.keys(ACCOUNT_DATA)) members.push([name, await open(ctx, source, name)]);
  return members;
}

async function open(ctx: GenericEndpointContext, source: AccountDataSource, name: string): Promise<Pages> {
  try {
    return (await ACCOUNT_DATA[name]?.(source)) ?? [];
  } catch (error) {
    if (!(error instanceof BackendRowsError)) throw error;
    ctx.context.logger.error(`data export: ${error.message}`);
    throw new APIError("SERVICE_UNAVAILABLE", {
      code: "EXPORT_UNAVAILABLE",
      message: "The tasks cannot be read right now. Try again in a moment.",
    });
  }
}

/** A page is read when the one before has been taken. An error breaks the response off, which no client takes for whole. */
function streamOf(chunks: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    cancel: async () => void (await chunks.return(undefined)),
  });
}

const fileName = (format: Format, at: Date): string =>
  `todo-${format === "csv" ? "tasks" : "export"}-${at.toISOString().slice(0, 10)}.${format}`;
