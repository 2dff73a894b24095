import KeepsakeCloudStores
import KeepsakeStores
import KeepsakeTestSupport
import Testing

@Suite struct `A store on S3` {
  @Test func `drops the parts of an upload that fails`() async throws {
    let fixture = try await S3Fixture()
    let store = try fixture.store()
    try fixture.folder.write(String(repeating: "x", count: 3 << 18), to: "file")
    fixture.server.fail(2, with: .refusal(.s3Error(403, "AccessDenied")))
    await #expect(throws: StoreError.self) {
      try await store.put(fileAt: "\(fixture.folder.path)/file", at: "f")
    }
    #expect(fixture.bucket.openUploadCount == 0)
    #expect(fixture.bucket.objects.isEmpty)
    #expect(fixture.folder.read("file")?.utf8.count == 3 << 18)
  }

  @Test func `fetches a file again that is replaced meanwhile`() async throws {
    let fixture = try await S3Fixture()
    let store = try fixture.store()
    try fixture.folder.write(String(repeating: "x", count: 3 << 18), to: "file")
    try await store.put(fileAt: "\(fixture.folder.path)/file", at: "f")
    // As if the object had changed between its first part and the next.
    fixture.server.fail(1, with: .refusal(.s3Error(412, "PreconditionFailed")))
    let local = try await store.localFile(of: "f")
    #expect(try await DiskStore.readFile(at: local.path).count == 3 << 18)
  }

  @Test func `is another one at another endpoint, wherever that is said`() async throws {
    let fixture = try await S3Fixture()
    var addresses: Set<String> = []
    for endpoint in ["http://one.example", "http://two.example/s3"] {
      try fixture.folder.write("[default]\nendpoint_url = \(endpoint)\n", to: ".aws/config")
      var options = fixture.options()
      options.environment["AWS_ENDPOINT_URL_S3"] = nil
      addresses.insert(try S3Store(bucket: "bucket", root: "root", options: options).address)
    }
    addresses.insert(try fixture.store().address)
    #expect(addresses.count == 3)
  }
}
