import CryptoExtras
import Keepsake
import KeepsakeCloudStores
import KeepsakeJSON
import KeepsakeModel
import KeepsakeStores
import KeepsakeTestSupport

/// A store in a bucket of a server on this machine, with the key of a service account.
struct GCSFixture: Sendable {
  let bucket: FakeGCS
  let server: TestServer
  let folder = TemporaryFolder()
  let counter = RequestCounter()
  var environment: [String: String]

  /// How long an answer may take. Short only where there is none: a busy machine is slow.
  let idle: Duration

  /// Making one takes long.
  static let privateKey = try? _RSA.Signing.PrivateKey(keySize: .bits2048)

  init(_ bucket: FakeGCS = FakeGCS(), idle: Duration? = nil) async throws {
    self.bucket = bucket
    self.idle = idle ?? .seconds(20)
    server = try await TestServer { bucket.respond($0) }
    environment = [
      "CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE": "\(server.url)/storage/v1/",
      "GOOGLE_APPLICATION_CREDENTIALS": "\(folder.path)/key.json", "NO_GCE_CHECK": "true",
      "HOME": folder.path,
    ]
    try writeKey()
  }

  /// Writes the key file of a service account.
  func writeKey(_ changes: [String: JSONValue] = [:]) throws {
    var members: [String: JSONValue] = [
      "type": "service_account", "client_email": "trainer@project.iam.gserviceaccount.com",
      "private_key_id": "k1", "token_uri": .string("\(server.url)/token"),
      "private_key": .string(Self.privateKey?.pemRepresentation ?? ""),
    ]
    members.merge(changes) { $1 }
    var writer = JSONWriter(indented: true)
    writer.value(.object(members.sorted { $0.key < $1.key }.map { JSONMember($0.key, $0.value) }))
    try folder.write(String(decoding: writer.bytes, as: UTF8.self), to: "key.json")
  }

  /// What a store is made with: pauses take no time, silence is noticed at once, parts are small.
  func options(
    now: @escaping @Sendable () -> Timestamp = { .systemClock() }
  ) -> CloudOptions {
    var limits = AsyncHTTPTransport.Limits()
    limits.idle = idle
    let clock = RetryClock(now: { .now }, sleep: { _ in true }, random: { 0.5 })
    var options = CloudOptions(
      environment: environment,
      runner: RequestRunner(
        transport: AsyncHTTPTransport(environment: [:], limits: limits), counter: counter,
        clock: clock),
      now: now, scratchFolder: "\(folder.path)/scratch", spoolFolder: "\(folder.path)/spool")
    options.parts.byteCount = 1 << 20
    return options
  }

  func store(
    root: String = "root", bucket: String = "bucket",
    now: @escaping @Sendable () -> Timestamp = { .systemClock() }
  ) throws -> GCSStore {
    try GCSStore(bucket: bucket, root: root, options: options(now: now))
  }
}
