use std::pin::Pin;

use actix_web::{
    Error, FromRequest, Handler, HttpRequest, HttpResponse, Responder,
    dev::{Payload, ServiceRequest, ServiceResponse, fn_service},
    http::{Method, header::ALLOW},
    web,
};

use crate::{docs, error::ApiError, health, tasks};

/// Who may come in by a path.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Door {
    /// Only the verified user whom the path names.
    Owner,
    /// Everybody: nothing behind it belongs to anybody.
    Public,
}

struct Path {
    pattern: &'static str,
    door: Door,
    methods: &'static [(Method, Answer)],
}

/// How a request is answered: with the handler that a route names, given what that handler asks for.
type Answer = fn(HttpRequest, Payload) -> Pin<Box<dyn Future<Output = Result<HttpResponse, Error>>>>;

/// Answers with this handler.
macro_rules! to {
    ($handler:path) => {
        |request, payload| Box::pin(answer($handler, request, payload))
    };
}

/// Every route of the service. What is not in this table cannot be reached.
const PATHS: &[Path] = &[
    Path {
        pattern: "/api/{user_id}/tasks",
        door: Door::Owner,
        methods: &[(Method::GET, to!(tasks::list)), (Method::POST, to!(tasks::create))],
    },
    Path {
        pattern: "/api/{user_id}/tasks/{id}",
        door: Door::Owner,
        methods: &[
            (Method::GET, to!(tasks::show)),
            (Method::PUT, to!(tasks::change)),
            (Method::DELETE, to!(tasks::remove)),
        ],
    },
    Path {
        pattern: "/api/{user_id}/tasks/{id}/complete",
        door: Door::Owner,
        methods: &[(Method::PATCH, to!(tasks::complete))],
    },
    Path { pattern: "/livez", door: Door::Public, methods: &[(Method::GET, to!(health::live))] },
    Path { pattern: "/readyz", door: Door::Public, methods: &[(Method::GET, to!(health::ready))] },
    Path { pattern: "/openapi.json", door: Door::Public, methods: &[(Method::GET, to!(docs::openapi))] },
    Path { pattern: "/docs", door: Door::Public, methods: &[(Method::GET, to!(docs::front))] },
    Path { pattern: "/docs/{file:.*}", door: Door::Public, methods: &[(Method::GET, to!(docs::file))] },
    Path { pattern: "/problems/{code}", door: Door::Public, methods: &[(Method::GET, to!(docs::problem))] },
];

/// Every route there is: its method, its path pattern and who may come in. For tests that must not miss one.
pub fn routes() -> impl Iterator<Item = (Method, &'static str, Door)> {
    PATHS.iter().flat_map(|path| path.methods.iter().map(|(method, _)| (method.clone(), path.pattern, path.door)))
}

/// The pattern of this path, for the log: anything may stand in the path itself, even a token.
pub(crate) fn pattern_of(path: &str) -> &'static str {
    route(path).map_or("", |path| path.pattern)
}

/// Sends every request through the table. actix's own router would try one regular expression after the other.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config.default_service(fn_service(async |request: ServiceRequest| {
        let (request, payload) = request.into_parts();
        let response = dispatch(&request, payload).await.unwrap_or_else(HttpResponse::from_error);
        Ok(ServiceResponse::new(request, response))
    }));
}

/// `GET` also answers `HEAD`, `OPTIONS` says what there is, and any other method gets a 405 (RFC 9110 §9.3.2, §9.3.7,
/// §15.5.6).
async fn dispatch(request: &HttpRequest, payload: Payload) -> Result<HttpResponse, Error> {
    let path = route(request.uri().path()).ok_or(ApiError::NoSuchPath)?;
    let method = if request.method() == Method::HEAD { &Method::GET } else { request.method() };
    match path.methods.iter().find(|(known, _)| known == method) {
        Some((_, answer)) => answer(request.clone(), payload).await,
        None if method == Method::OPTIONS => {
            Ok(HttpResponse::NoContent().insert_header((ALLOW, allowed(path))).finish())
        }
        None => Err(ApiError::MethodNotAllowed { allow: allowed(path) }.into()),
    }
}

async fn answer<Args: FromRequest, H: Handler<Args, Output: Responder>>(
    handler: H,
    request: HttpRequest,
    mut payload: Payload,
) -> Result<HttpResponse, Error> {
    let args = Args::from_request(&request, &mut payload).await.map_err(Into::into)?;
    Ok(handler.call(args).await.respond_to(&request).map_into_boxed_body())
}

fn route(path: &str) -> Option<&'static Path> {
    PATHS.iter().find(|known| fits(known.pattern, path))
}

/// Whether the path is one of this pattern: `{…}` stands for one segment, not empty, and `{…:.*}` for all that comes.
/// Read byte by byte: that is quicker than to cut both into segments first.
fn fits(pattern: &str, path: &str) -> bool {
    let (mut pattern, mut path) = (pattern.as_bytes(), path.as_bytes());
    loop {
        match (pattern, path) {
            ([b'{', ..], _) => {
                let name = pattern.iter().position(|byte| *byte == b'}').unwrap_or(pattern.len() - 1);
                if pattern[..name].ends_with(b":.*") {
                    return true;
                }
                let segment = path.iter().position(|byte| *byte == b'/').unwrap_or(path.len());
                if segment == 0 {
                    return false;
                }
                (pattern, path) = (&pattern[name + 1..], &path[segment..]);
            }
            ([expected, pattern_rest @ ..], [found, path_rest @ ..]) if expected == found => {
                (pattern, path) = (pattern_rest, path_rest);
            }
            ([], []) => return true,
            _ => return false,
        }
    }
}

fn allowed(path: &Path) -> String {
    let mut methods = Vec::new();
    for (method, _) in path.methods {
        methods.push(method.as_str());
        if method == Method::GET {
            methods.push("HEAD");
        }
    }
    methods.push("OPTIONS");
    methods.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_the_pattern_that_it_fits_from_end_to_end() {
        for (path, pattern) in [
            ("/api/ann/tasks", "/api/{user_id}/tasks"),
            ("/api/a%2Fb/tasks", "/api/{user_id}/tasks"),
            ("/api/ann/tasks/1", "/api/{user_id}/tasks/{id}"),
            ("/api/ann/tasks/x", "/api/{user_id}/tasks/{id}"),
            ("/api/ann/tasks/1/complete", "/api/{user_id}/tasks/{id}/complete"),
            ("/docs", "/docs"),
            ("/docs/", "/docs/{file:.*}"),
            ("/docs/a/b.js", "/docs/{file:.*}"),
            ("/problems/not_found", "/problems/{code}"),
            ("/livez", "/livez"),
            ("", ""),
            ("/", ""),
            ("/api//tasks", ""),
            ("/api/ann/tasks/", ""),
            ("/api/ann/tasks//complete", ""),
            ("/api/ann/tasks/1/complete/", ""),
            ("/api/ann/tasks/1/2", ""),
            ("/api/ann/b/tasks", ""),
            ("/API/ann/tasks", ""),
            ("/api/ann/t%61sks", ""),
            ("api/ann/tasks", ""),
            ("//api/ann/tasks", ""),
            ("/problems/", ""),
            ("/livez/", ""),
        ] {
            assert_eq!(pattern_of(path), pattern, "{path}");
        }
    }
}
