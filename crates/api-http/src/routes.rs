use actix_web::{
    HttpResponse, Resource, Route,
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
    methods: &'static [(Method, Handler)],
}

/// Sets the handler of a route whose path and method are already set.
type Handler = fn(Route) -> Route;

/// Every route of the service. What is not in this table cannot be reached.
const PATHS: &[Path] = &[
    Path {
        pattern: "/api/{user_id}/tasks",
        door: Door::Owner,
        methods: &[(Method::GET, |route| route.to(tasks::list)), (Method::POST, |route| route.to(tasks::create))],
    },
    Path {
        pattern: "/api/{user_id}/tasks/{id}",
        door: Door::Owner,
        methods: &[
            (Method::GET, |route| route.to(tasks::show)),
            (Method::PUT, |route| route.to(tasks::change)),
            (Method::DELETE, |route| route.to(tasks::remove)),
        ],
    },
    Path {
        pattern: "/api/{user_id}/tasks/{id}/complete",
        door: Door::Owner,
        methods: &[(Method::PATCH, |route| route.to(tasks::complete))],
    },
    Path { pattern: "/livez", door: Door::Public, methods: &[(Method::GET, |route| route.to(health::live))] },
    Path { pattern: "/readyz", door: Door::Public, methods: &[(Method::GET, |route| route.to(health::ready))] },
    Path { pattern: "/openapi.json", door: Door::Public, methods: &[(Method::GET, |route| route.to(docs::openapi))] },
    Path { pattern: "/docs", door: Door::Public, methods: &[(Method::GET, |route| route.to(docs::front))] },
    Path { pattern: "/docs/{file:.*}", door: Door::Public, methods: &[(Method::GET, |route| route.to(docs::file))] },
    Path {
        pattern: "/problems/{code}",
        door: Door::Public,
        methods: &[(Method::GET, |route| route.to(docs::problem))],
    },
];

/// Every route there is: its method, its path pattern and who may come in. For tests that must not miss one.
pub fn routes() -> impl Iterator<Item = (Method, &'static str, Door)> {
    PATHS.iter().flat_map(|path| path.methods.iter().map(|(method, _)| (method.clone(), path.pattern, path.door)))
}

/// Registers the table; every other path is a 404.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    for path in PATHS {
        config.service(resource(path));
    }
    config.default_service(web::to(async || Err::<HttpResponse, _>(ApiError::NoSuchPath)));
}

/// One resource with all its methods: `GET` also answers `HEAD`, `OPTIONS` says what there is, and any other method
/// gets a 405 (RFC 9110 §9.3.2, §9.3.7, §15.5.6).
fn resource(path: &Path) -> Resource {
    let allow = allowed(path);
    let mut resource = web::resource(path.pattern);
    for (method, handler) in path.methods {
        resource = resource.route(handler(web::method(method.clone())));
        if method == Method::GET {
            resource = resource.route(handler(web::head()));
        }
    }
    let options = allow.clone();
    resource
        .route(web::method(Method::OPTIONS).to(move || {
            let allow = options.clone();
            async { HttpResponse::NoContent().insert_header((ALLOW, allow)).finish() }
        }))
        .default_service(web::to(move || {
            let allow = allow.clone();
            async { Err::<HttpResponse, _>(ApiError::MethodNotAllowed { allow }) }
        }))
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
