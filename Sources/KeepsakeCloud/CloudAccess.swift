package import Keepsake
package import KeepsakeCloudStores
package import KeepsakeModel
package import KeepsakeStores

/// Access to stores in clouds, and what all stores of a program share: connections, counts of
/// requests, progress.
package struct CloudAccess: Sendable {
  /// How many requests were sent.
  package let counter = RequestCounter()

  /// How far large files are.
  package let meter = TransferMeter()

  private var options: CloudOptions

  /// Nothing is started before a store in a cloud is used.
  ///
  /// - Parameter policy: how patient the program is with a network that fails.
  package init(
    environment: [String: String], policy: RetryPolicy = RetryPolicy(),
    now: @escaping @Sendable () -> Timestamp
  ) {
    options = CloudOptions(
      environment: environment,
      runner: RequestRunner(
        transport: AsyncHTTPTransport(environment: environment), policy: policy, counter: counter),
      now: now, scratchFolder: ScratchFolder.temporary(environment: environment),
      spoolFolder: ScratchFolder.state(environment: environment).map { "\($0)/spool" },
      meter: meter)
  }

  /// The same access with more or less patience.
  package func with(_ policy: RetryPolicy) -> CloudAccess {
    var copy = self
    copy.options.runner.policy = policy
    return copy
  }

  /// Opens disks and buckets.
  package var openers: StoreOpeners { openers { store, _ in store } }

  /// Opens disks and buckets; of the objects in buckets that `isCached` names by their keys, copies
  /// are kept in `folder`, an absolute path. Without a folder there are none.
  package func openers(
    cachedIn folder: String?, _ isCached: @escaping @Sendable (String) -> Bool
  ) -> StoreOpeners {
    guard let folder else { return openers }
    return openers { CachingStore($0, name: $1, folder: folder, isCached: isCached) }
  }

  private func openers(
    _ wrap: @escaping @Sendable (_ store: any ObjectStore, _ address: String) -> any ObjectStore
  ) -> StoreOpeners {
    let options = options
    return .disk
      .adding(.s3) { url in
        let store = try S3Store(bucket: url.bucket, root: url.path, options: options)
        return wrap(store, store.address)
      }
      .adding(.gs) { url in
        let store = try GCSStore(bucket: url.bucket, root: url.path, options: options)
        return wrap(store, store.address)
      }
  }
}
