internal import FoundationEssentials
internal import KeepsakeCloudStores
public import Keepsake

extension RecorderOptions {
  /// The default, with repositories on disk, on Amazon S3 and compatible stores (`s3://BUCKET/ROOT`)
  /// and on Google Cloud Storage (`gs://BUCKET/ROOT`).
  ///
  /// ```swift
  /// let recorder = try Recorder(path: ".", params: ["learning_rate": 0.1], options: .cloud)
  /// ```
  public static var cloud: RecorderOptions {
    var options = RecorderOptions()
    let cloud = CloudAccess(
      environment: ProcessInfo.processInfo.environment, policy: .patient, now: options.now)
    options.openers = cloud.openers
    options.transfers = cloud.meter
    return options
  }
}
