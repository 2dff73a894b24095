internal import Crypto
internal import CryptoExtras
internal import FoundationEssentials
internal import KeepsakeJSON
internal import KeepsakeModel
internal import KeepsakeStores

/// The key of a service account: it signs what is exchanged for a token (RFC 7523).
struct ServiceAccountKey: GoogleTokenSource {
  let place: String
  private let email: String
  private let keyID: String?
  private let key: _RSA.Signing.PrivateKey
  private let tokenURL: String

  init(_ file: GoogleCredentialFile) throws(StoreError) {
    email = try file.require("client_email")
    keyID = file["private_key_id"]
    tokenURL = try file.tokenURL()
    place = "the service account \(email) (\(file.path))"
    do {
      key = try _RSA.Signing.PrivateKey(pemRepresentation: try file.require("private_key"))
    } catch let error as StoreError {
      throw error
    } catch {
      // The error itself might quote the key.
      throw GoogleCredentialSearch.failure(
        file.path, "its private_key is no RSA key in PEM form of 2048 bits or more",
        "Download the key again, or make a new one.")
    }
  }

  func token(_ context: GoogleLoginContext) async throws(StoreError) -> GoogleToken {
    try await context.token(
      place: place,
      advice: "Make a new key for that account, and check this machine's clock."
    ) { time throws(StoreError) in
      let form = """
        grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=\
        \(try assertion(at: time))
        """
      return HTTPRequest(
        "POST", tokenURL, headers: ["Content-Type": "application/x-www-form-urlencoded"],
        body: .bytes(Array(form.utf8)), timeout: .seconds(20))
    }
  }

  /// A signed claim to be that account, for an hour (RFC 7519).
  func assertion(at time: Timestamp) throws(StoreError) -> String {
    var header = JSONWriter(indented: false)
    header.object { header in
      header.name("alg")
      header.string("RS256")
      header.name("typ")
      header.string("JWT")
      if let keyID {
        header.name("kid")
        header.string(keyID)
      }
    }
    var claims = JSONWriter(indented: false)
    claims.object { claims in
      for (name, value) in [("iss", email), ("scope", GoogleLoginContext.scope), ("aud", tokenURL)]
      {
        claims.name(name)
        claims.string(value)
      }
      claims.name("iat")
      claims.integer(time.seconds)
      claims.name("exp")
      claims.integer(time.seconds + 3600)
    }
    let text = "\(Self.base64URL(header.bytes)).\(Self.base64URL(claims.bytes))"
    do {
      let signature = try key.signature(
        for: SHA256.hash(data: Array(text.utf8)), padding: .insecurePKCS1v1_5)
      return "\(text).\(Self.base64URL(Array(signature.rawRepresentation)))"
    } catch {
      throw StoreError(
        .denied, what: "cannot log in to Google with \(place)", why: "its key cannot sign",
        fix: "Make a new key for that account.")
    }
  }

  private static func base64URL(_ bytes: [UInt8]) -> String {
    String(
      Data(bytes).base64EncodedString().prefix { $0 != "=" }.map {
        $0 == "+" ? "-" : $0 == "/" ? "_" : $0
      })
  }
}
