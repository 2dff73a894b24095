#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif
internal import KeepsakeStores

/// Snapshots that ended processes staged and did not store.
package struct WaitingSnapshots: Sendable {
  /// Those that were asked for, oldest first within an area; now this process's to store or remove.
  package var taken: [StagedSnapshot] = []

  /// How many more there are.
  package var otherCount = 0

  /// How large these are.
  package var otherByteCount: Int64 = 0

  /// How many living processes have staged and not stored yet.
  package var busyCount = 0

  /// What to do about the others; `nil` where there are none.
  package var warning: String? {
    if otherCount == 0 { return nil }
    return """
      the files of \(otherCount) snapshot\(otherCount == 1 ? "" : "s") of earlier runs \
      (\(FileWalk.size(otherByteCount))) wait on this machine, because the repository did not take \
      them: `keepsake push` sends them
      """
  }
}

extension StagingArea {
  /// Takes over what ended processes left below `parent`, as far as `isWanted` says; the rest stays.
  ///
  /// What is not complete is removed, and areas with nothing else; those of living processes are left
  /// alone.
  package static func takeOver(
    in parent: String, where isWanted: (StagedSnapshot) -> Bool
  ) throws(SnapshotError) -> WaitingSnapshots {
    var waiting = WaitingSnapshots()
    removeOldFiles(in: parent)
    let folders = areas(in: parent)
    if folders.isEmpty { return waiting }
    do {
      let guardian = try guardian(of: parent)
      for folder in folders {
        guard let lock = try? FileDescriptor(path: "\(folder)/lock", .lock),
          (try? lock.lock(waits: false)) == true
        else {
          waiting.busyCount += held(inArea: folder).count
          continue
        }
        takeOver(StagingArea(folder: folder, lock: lock), where: isWanted, &waiting)
      }
      withExtendedLifetime(guardian) {}
    } catch {
      throw SnapshotError(error, what: "cannot look for files that wait in \(parent)")
    }
    return waiting
  }

  private static func takeOver(
    _ area: StagingArea, where isWanted: (StagedSnapshot) -> Bool, _ waiting: inout WaitingSnapshots
  ) {
    for place in snapshots(in: area.folder) {
      switch SnapshotManifest.read(from: place) {
      case .complete(let manifest):
        let snapshot = area.add(place, manifest)
        snapshot.removeArchive()
        if isWanted(snapshot) {
          waiting.taken.append(snapshot)
        } else {
          waiting.otherCount += 1
          waiting.otherByteCount &+= snapshot.byteCount
        }
      case .incomplete: remove(place)
      case .unknown: area.keep()
      }
    }
  }

  /// Removes temporary files that processes left which were killed while writing them.
  private static func removeOldFiles(in parent: String) {
    for name in (try? FileSystem.names(in: parent)) ?? [] {
      let path = "\(parent)/\(String(decoding: name, as: UTF8.self))"
      guard let status = try? FileStatus(path: path, followsLinks: false), status.kind == .regular,
        !path.hasSuffix("/lock"), !path.hasSuffix("/\(ScratchFolder.addressName)"),
        Int64(time(nil)) - status.modified > 86_400
      else { continue }
      FileSystem.removeFile(path)
    }
  }
}
