#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif

/// How surprised softmax of `scores` is by `label`, in nats, and how that changes with each score.
///
/// The largest score is taken off first, so that the exponentials of large scores do not overflow.
func crossEntropy(of scores: [Double], label: Int) -> (loss: Double, gradient: [Double]) {
  var largest = scores[0]
  for score in scores { largest = max(largest, score) }
  var shares = scores
  var total = 0.0
  for index in shares.indices {
    shares[index] = exp(scores[index] - largest)
    total += shares[index]
  }
  for index in shares.indices { shares[index] /= total }
  shares[label] -= 1
  return (log(total) - (scores[label] - largest), shares)
}
