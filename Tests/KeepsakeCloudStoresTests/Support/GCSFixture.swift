import CryptoExtras
import Keepsake
import KeepsakeCloudStores
import KeepsakeJSON
import KeepsakeModel
import KeepsakeStores
import KeepsakeTestSupport

/// A bucket of Cloud Storage, with the key of a service account.
struct GCSFixture: CloudFixture {
  let bucket: FakeGCS
  let server: TestServer
  let folder = TemporaryFolder()
  let counter = RequestCounter()
  var environment: [String: String]

  /// Making one takes long.
  static let privateKey = try? _RSA.Signing.PrivateKey(keySize: .bits2048)

  init(_ bucket: FakeGCS = FakeGCS()) async throws {
    self.bucket = bucket
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

  func store(
    root: String = "root", bucket: String = "bucket",
    now: @escaping @Sendable () -> Timestamp = { .systemClock() }
  ) throws -> GCSStore {
    try GCSStore(bucket: bucket, root: root, options: options(now: now))
  }

  var scheme: RepositoryURL.Scheme { .gs }
  var objectCount: Int { bucket.objects.count }
  // What is not finished costs nothing, and is forgotten.
  var openUploadCount: Int { 0 }
  func clear() { bucket.clear() }
  func damage(_ name: String) { bucket.damage(name) }
  func open(root: String) throws -> any CloudStore { try store(root: root) }
}
