/// The metric that says which checkpoint of an experiment is best.
public struct PrimaryMetric: Sendable, Hashable {
  /// Whether small or large values are good.
  public enum Goal: String, Sendable, Hashable {
    case maximize
    case minimize
  }

  /// The metric's name.
  public var name: String

  /// Which way is better.
  public var goal: Goal

  /// Names a metric and its goal.
  public init(name: String, goal: Goal) {
    self.name = name
    self.goal = goal
  }

  /// A metric of which large values are good.
  public static func maximize(_ name: String) -> Self { Self(name: name, goal: .maximize) }

  /// A metric of which small values are good.
  public static func minimize(_ name: String) -> Self { Self(name: name, goal: .minimize) }

  /// Whether `a` is better than `b`; NaN and the infinities are never better than anything, and
  /// every number is better than they are.
  public func prefers(_ a: Double, over b: Double) -> Bool {
    guard a.isFinite else { return false }
    guard b.isFinite else { return true }
    return goal == .maximize ? a > b : a < b
  }
}
