//! Asking a server.

use podground_shell::{Network, NetworkError};

use podground_sim::Time;

use super::tls::{self, TlsError};
use super::{MessageError, Request, Response, Stream, Url};
use crate::x509::{Certificate, VerifyError, verify};

/// Why there is no response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HttpError {
    /// The name could not be resolved.
    Resolve(NetworkError),
    /// The connection could not be opened.
    Connect(NetworkError),
    /// The other side did not answer as it should.
    Message(MessageError),
    /// There is no TLS connection.
    Tls(TlsError),
    /// The server does not convince.
    Verify(VerifyError),
}

/// Whom a caller believes to be who they say.
#[derive(Clone, Debug, Default)]
pub struct Trust {
    /// Everybody.
    pub insecure: bool,
    /// Who vouches for others.
    pub roots: Vec<Certificate>,
}

/// What a secure server has shown, and what came of checking it.
#[derive(Clone, Debug, Default)]
pub struct Shown {
    /// Its certificates, its own first.
    pub certificates: Vec<Certificate>,
    /// Why they did not convince.
    pub doubt: Option<VerifyError>,
}

/// Opens a connection to the host of a URL, with TLS if the URL says so. `pinned` is asked instead of the host's
/// own address, which does not change whose certificate is expected.
pub async fn open(
    network: &dyn Network,
    url: &Url,
    pinned: Option<&str>,
    trust: &Trust,
    now: Time,
) -> Result<(Stream, Shown), HttpError> {
    let addresses = network.resolve(pinned.unwrap_or(&url.host)).await.map_err(HttpError::Resolve)?;
    let mut last = NetworkError::NameNotFound;
    for address in addresses {
        match network.connect((address, url.port).into()).await {
            Ok(connection) if matches!(url.scheme.as_str(), "https" | "wss") => {
                let (stream, text) = tls::connect(connection, &url.host).await.map_err(HttpError::Tls)?;
                let certificates = Certificate::all_from_pem(&text);
                let doubt = verify(&certificates, &trust.roots, &url.host, now).err();
                return match doubt {
                    Some(doubt) if !trust.insecure => Err(HttpError::Verify(doubt)),
                    doubt => Ok((stream, Shown { certificates, doubt })),
                };
            }
            Ok(connection) => return Ok((Stream::new(connection), Shown::default())),
            Err(error) => last = error,
        }
    }
    Err(HttpError::Connect(last))
}

/// Sends a request to the host of a URL and reads the whole response; no redirects. Whoever shows any
/// certificate is believed, as by the kubelet's probes.
pub async fn exchange(network: &dyn Network, url: &Url, request: Request) -> Result<Response, HttpError> {
    let trust = Trust { insecure: true, roots: Vec::new() };
    let (mut stream, _) = open(network, url, None, &trust, Time::default()).await?;
    stream.write(&request.encode()).await;
    stream.read_response(&request.method).await.map_err(HttpError::Message)
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
