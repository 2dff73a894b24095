internal import KeepsakeStores

/// Where the objects of a bucket are: AWS, or a store that speaks its language.
struct S3Endpoint: Sendable {
  let bucket: String

  /// The store's URL, where it is not AWS.
  private let custom: URLParts?

  /// Whether the bucket is in the path, not in the host's name.
  private let usesPath: Bool

  init(bucket: String, settings: AWSSettings) throws(StoreError) {
    self.bucket = bucket
    let characters = bucket.utf8.allSatisfy {
      switch $0 {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"):
        true
      default: false
      }
    }
    guard characters, (3...255).contains(bucket.utf8.count) else {
      throw StoreError(
        .invalid, what: "cannot open s3://\(bucket)", why: "that is no name of a bucket",
        fix: "Write the repository's URL as s3://BUCKET/FOLDER.")
    }
    if let endpoint = settings.endpoint {
      guard let url = URLParts(endpoint) else {
        throw StoreError(
          .invalid, what: "cannot open s3://\(bucket)",
          why: URLParts.refusal(of: endpoint, called: "its endpoint"),
          fix: "Set AWS_ENDPOINT_URL_S3 to the store's URL, such as https://s3.example.org.")
      }
      custom = url
    } else {
      custom = nil
    }
    switch settings.addressingStyle {
    case "virtual": usesPath = false
    case "path": usesPath = true
    // The certificates of AWS have no names with more dots.
    default: usesPath = custom != nil || bucket.contains(".")
    }
  }

  /// Tells the bucket apart from all others: AWS has each name once.
  var name: String { "\(custom.map { $0.origin + $0.path } ?? "s3")/\(bucket)" }

  /// Where to send requests.
  struct Address: Sendable, Hashable {
    var origin: String
    var host: String

    /// Begins with `/`, not escaped.
    var path: String
  }

  /// The address of the object at `key`, or of the bucket.
  func address(of key: String?, region: String) -> Address {
    let base =
      custom
      ?? URLParts("https://s3.\(region).\(Self.domain(of: region))")
    guard var url = base else { preconditionFailure("a region that is no name was let in") }
    var path = "\(url.path)/"
    if usesPath {
      path += key == nil ? bucket : "\(bucket)/"
    } else {
      url.host = "\(bucket).\(url.host)"
    }
    return Address(origin: url.origin, host: url.authority, path: path + (key ?? ""))
  }

  /// The domain that a region belongs to.
  static func domain(of region: String) -> String {
    region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com"
  }

  /// Whether `region` may be part of a host's name: it may come from a server.
  static func isValid(region: String) -> Bool {
    !region.isEmpty && region.utf8.count <= 64
      && region.utf8.allSatisfy {
        switch $0 {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
          UInt8(ascii: "-"):
          true
        default: false
        }
      }
  }
}
