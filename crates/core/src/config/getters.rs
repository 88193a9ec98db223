//! The settings of a configuration. Getters begin with `get_`, as those of `std::process::Command` do, because the
//! setters have the plain names.

use std::sync::Arc;
use std::time::Duration;

use super::{Config, RetryConfig};
use crate::clock::Clock;
use crate::endpoint::EndpointType;
use crate::intercept::Interceptor;
use crate::provider::ProvideCredentials;
use crate::sign::SignatureVersion;
use crate::transport::Transport;

impl Config {
    /// Returns the region.
    pub fn get_region(&self) -> Option<&str> {
        self.region.as_deref()
    }

    /// Returns the endpoint that was set; `None` if it follows from the region.
    pub fn get_endpoint(&self) -> Option<&str> {
        self.endpoint.as_deref()
    }

    /// Returns the type of the endpoint.
    pub fn get_endpoint_type(&self) -> EndpointType {
        self.endpoint_type
    }

    /// Returns whether an endpoint on another machine may use plain `http`.
    pub fn get_allow_http(&self) -> bool {
        self.allow_http
    }

    /// Returns the provider of credentials.
    pub fn get_credentials(&self) -> &Arc<dyn ProvideCredentials> {
        &self.credentials
    }

    /// Returns the version of signatures.
    pub fn get_signature(&self) -> SignatureVersion {
        self.signature
    }

    /// Returns whether errors about rejected signatures contain a diagnosis.
    pub fn get_diagnose_signature_mismatch(&self) -> bool {
        self.diagnose_signature_mismatch
    }

    /// Returns the time limit for establishing a connection.
    pub fn get_connect_timeout(&self) -> Duration {
        self.connect_timeout
    }

    /// Returns the time limit of an attempt.
    pub fn get_attempt_timeout(&self) -> Duration {
        self.attempt_timeout
    }

    /// Returns the time limit of a call.
    pub fn get_timeout(&self) -> Duration {
        self.timeout
    }

    /// Returns the time limit between two chunks of a streamed response.
    pub fn get_idle_timeout(&self) -> Duration {
        self.idle_timeout
    }

    /// Returns how calls are retried.
    pub fn get_retry(&self) -> &RetryConfig {
        &self.retry
    }

    /// Returns whether idempotency tokens are generated.
    pub fn get_idempotency_tokens(&self) -> bool {
        self.idempotency_tokens
    }

    /// Returns the maximum size of a response in bytes.
    pub fn get_max_response_bytes(&self) -> usize {
        self.max_response_bytes
    }

    /// Returns the text at the end of the user agent.
    pub fn get_user_agent(&self) -> Option<&str> {
        self.user_agent.as_deref()
    }

    /// Returns the transport that was set; `None` for the default transport.
    pub fn get_transport(&self) -> Option<&Arc<dyn Transport>> {
        self.transport.as_ref()
    }

    /// Returns whether the provider of credentials uses the transport of the client.
    pub fn get_share_transport(&self) -> bool {
        self.share_transport
    }

    /// Returns the clock that was set; `None` for the clock of the system.
    pub fn get_clock(&self) -> Option<&Arc<dyn Clock>> {
        self.clock.as_ref()
    }

    /// Returns the interceptors, in the order in which they run.
    pub fn get_interceptors(&self) -> &[Arc<dyn Interceptor>] {
        &self.interceptors
    }
}
