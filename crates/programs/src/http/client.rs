//! Asking a server.

use podground_shell::{Network, NetworkError};

use super::{MessageError, Request, Response, Stream, Url};

/// Why there is no response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HttpError {
    /// The name could not be resolved.
    Resolve(NetworkError),
    /// The connection could not be opened.
    Connect(NetworkError),
    /// The other side did not answer as it should.
    Message(MessageError),
}

/// Sends a request to the host of a URL and reads the whole response; no redirects, no TLS.
pub async fn exchange(network: &dyn Network, url: &Url, request: Request) -> Result<Response, HttpError> {
    let addresses = network.resolve(&url.host).await.map_err(HttpError::Resolve)?;
    let mut last = NetworkError::NameNotFound;
    for address in addresses {
        match network.connect((address, url.port).into()).await {
            Ok(connection) => {
                let mut stream = Stream::new(connection);
                stream.write(&request.encode()).await;
                return stream.read_response(&request.method).await.map_err(HttpError::Message);
            }
            Err(error) => last = error,
        }
    }
    Err(HttpError::Connect(last))
}

/// Gets a URL with the header fields that every client sends.
pub async fn get(network: &dyn Network, url: &Url, agent: &str) -> Result<Response, HttpError> {
    let request = Request::new("GET", &url.target())
        .with_header("Host", url.authority())
        .with_header("User-Agent", agent)
        .with_header("Accept", "*/*")
        .with_header("Connection", "close");
    exchange(network, url, request).await
}
