//! The page and its endpoints, on loopback.
//!
//! A page that can use the credentials of the user is a target. The server listens on 127.0.0.1 alone, at a random
//! port, and every path begins with a random token that only the printed link has. A `Host` other than the server's own
//! is refused, which defeats DNS rebinding; so is a foreign `Origin`, and a `POST` that is not `application/json`,
//! which no page of another origin can send without asking first. No response allows other origins.

mod api;
mod guard;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use alicloud_codegen::code::Dependency;
use axum::Router;
use axum::http::{HeaderValue, header};
use axum::routing::{get, post};

use crate::catalog::Catalog;
use crate::history::History;
use crate::random;
use crate::target::{Mocks, Settings};

/// How the explorer runs.
#[derive(Clone, Debug)]
pub struct Options {
    /// The port on 127.0.0.1. Default: 0, a free one.
    pub port: u16,
    /// What the page selects at first.
    pub settings: Settings,
    /// The file of the history.
    pub history: PathBuf,
    /// How a saved program depends on the crate of a product.
    pub dependency: Dependencies,
}

/// How a saved program depends on the crate of a product.
#[derive(Clone, Debug)]
pub enum Dependencies {
    /// On a version from the registry.
    Version(String),
    /// On the folder of the package below this one. A folder is named like the package without `alicloud-`.
    Below(PathBuf),
}

impl Dependencies {
    /// Returns the dependency on a package.
    #[must_use]
    pub fn on(&self, package: &str) -> Dependency {
        match self {
            Self::Version(version) => Dependency::Version(version.clone()),
            Self::Below(folder) => {
                let name = package.strip_prefix("alicloud-").unwrap_or(package);
                Dependency::Path(folder.join(name).display().to_string())
            }
        }
    }
}

/// What the endpoints share.
struct State {
    catalog: Catalog,
    settings: Settings,
    dependencies: Dependencies,
    history: History,
    mocks: Mocks,
    token: String,
    address: SocketAddr,
}

/// A server that listens.
#[derive(Debug)]
pub struct Explorer {
    address: SocketAddr,
    token: String,
    listener: tokio::net::TcpListener,
    router: Router,
}

impl Explorer {
    /// Listens. Requests are served by [`serve`](Self::serve).
    ///
    /// # Errors
    /// The port cannot be used, or the system has no random numbers.
    pub async fn bind(catalog: Catalog, options: Options) -> io::Result<Self> {
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await?;
        let address = listener.local_addr()?;
        let token = random::hexadecimal().map_err(|error| io::Error::other(error.to_string()))?;
        let state = Arc::new(State {
            catalog,
            settings: options.settings,
            dependencies: options.dependency,
            history: History::new(options.history),
            mocks: Mocks::default(),
            token: token.clone(),
            address,
        });
        Ok(Self { address, token, listener, router: router(&state) })
    }

    /// Returns the link to the page. It contains the token.
    #[must_use]
    pub fn link(&self) -> String {
        format!("http://{}/{}/", self.address, self.token)
    }

    /// Serves requests until the future is dropped.
    ///
    /// # Errors
    /// The socket fails.
    pub async fn serve(self) -> io::Result<()> {
        axum::serve(self.listener, self.router).await
    }
}

/// The files of the page, by name.
const FILES: &[(&str, &str)] = &[
    ("", include_str!("../page/index.html")),
    ("style.css", include_str!("../page/style.css")),
    ("app.js", include_str!("../page/app.js")),
    ("call.js", include_str!("../page/call.js")),
    ("chinese.js", include_str!("../page/chinese.js")),
    ("dialog.js", include_str!("../page/dialog.js")),
    ("documentation.js", include_str!("../page/documentation.js")),
    ("dom.js", include_str!("../page/dom.js")),
    ("form.js", include_str!("../page/form.js")),
    ("history.js", include_str!("../page/history.js")),
    ("language.js", include_str!("../page/language.js")),
    ("operation.js", include_str!("../page/operation.js")),
    ("permission.js", include_str!("../page/permission.js")),
    ("result.js", include_str!("../page/result.js")),
    ("search.js", include_str!("../page/search.js")),
    ("server.js", include_str!("../page/server.js")),
    ("side.js", include_str!("../page/side.js")),
    ("state.js", include_str!("../page/state.js")),
    ("target.js", include_str!("../page/target.js")),
    ("theme.js", include_str!("../page/theme.js")),
];

fn router(state: &Arc<State>) -> Router {
    let mut router = Router::new();
    for (name, text) in FILES {
        let kind = match name.rsplit_once('.') {
            None => "text/html; charset=utf-8",
            Some((_, "css")) => "text/css; charset=utf-8",
            Some(_) => "text/javascript; charset=utf-8",
        };
        let response = ([(header::CONTENT_TYPE, HeaderValue::from_static(kind))], *text);
        router = router.route(&format!("/{{token}}/{name}"), get(async move || response));
    }
    router
        .route("/{token}/api/index", get(api::index))
        .route("/{token}/api/operation", get(api::operation))
        .route("/{token}/api/code", post(api::code::code))
        .route("/{token}/api/curl", post(api::code::curl))
        .route("/{token}/api/signature", post(api::code::signature))
        .route("/{token}/api/project", post(api::code::project))
        .route("/{token}/api/permissions", post(api::code::needed_permissions))
        .route("/{token}/api/policy", post(api::code::policy_of))
        .route("/{token}/api/call", post(api::call::call))
        .route("/{token}/api/events", post(api::call::events))
        .route("/{token}/api/caller", post(api::call::caller))
        .route("/{token}/api/diagnose", post(api::call::diagnose))
        .route("/{token}/api/history", get(api::history::list))
        .route("/{token}/api/history/clear", post(api::history::clear))
        .route("/{token}/api/history/compare", post(api::history::compare))
        .route("/{token}/api/history/export", post(api::history::export))
        .layer(axum::middleware::from_fn_with_state(Arc::clone(state), guard::check))
        .with_state(Arc::clone(state))
}
