//! The client (in progress: signatures only).
#![allow(missing_docs, dead_code)]
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::time::Duration;

use crate::operation::Operation;
use crate::service::Service;

#[derive(Debug)]
#[non_exhaustive]
pub enum Error {}
impl std::fmt::Display for Error {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        Ok(())
    }
}
impl std::error::Error for Error {}

#[derive(Clone, Debug, Default)]
pub struct Config {}
impl Config {
    pub fn from_env() -> Result<Self, Error> {
        Ok(Self {})
    }
}

#[derive(Clone, Debug)]
pub struct Client {}
impl Client {
    pub fn new(_service: &'static Service, _config: Config) -> Result<Self, Error> {
        Ok(Self {})
    }
    pub fn call<O: Operation>(&self, request: O) -> Call<O> {
        Call { request }
    }
}

#[must_use = "a call does nothing until it is awaited"]
pub struct Call<O> {
    request: O,
}
impl<O: Operation> Call<O> {
    pub fn timeout(self, _: Duration) -> Self {
        self
    }
    pub async fn send(self) -> Result<O::Response, Error> {
        unimplemented!()
    }
}
impl<O: Operation> IntoFuture for Call<O> {
    type Output = Result<O::Response, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;
    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}
