import type { Observable } from 'rxjs'

/** The one subscription of the program: resolves when the stream is over, rejects on a bug. */
export const follow = <T>(stream$: Observable<T>, onValue: (value: T) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    stream$.subscribe({ next: onValue, error: reject, complete: resolve })
  })
