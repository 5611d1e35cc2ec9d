/* The most arithmetic that the processor can do: fused products and sums on registers alone, one thread a core. */

#include <pthread.h>

#ifdef __AVX512F__
#define BYTES 64
#else
#define BYTES 32
#endif
#define LANES (BYTES / sizeof(REAL))
#define CHAINS 12 /* enough to hide how long one of them takes */

typedef REAL Vector __attribute__((vector_size(BYTES)));

typedef struct {
  long steps;
  REAL factor, term, sum;
} Part;

static void *work(void *given) {
  Part *part = given;
  Vector factor = part->factor - (Vector){}, term = part->term - (Vector){}, chain[CHAINS];
  for (int k = 0; k < CHAINS; k++) chain[k] = factor * (REAL)k;
  for (long step = 0; step < part->steps; step++)
    for (int k = 0; k < CHAINS; k++) chain[k] = chain[k] * factor + term;
  for (int k = 0; k < CHAINS; k++)
    for (unsigned l = 0; l < LANES; l++) part->sum += chain[k][l];
  return 0;
}

/* Runs `steps` steps on each thread; gives the operations done, a product and a sum being two. */
double strain(long steps, REAL factor, REAL term, int threads) {
  pthread_t others[64];
  Part parts[64];
  for (int i = 0; i < threads; i++) parts[i] = (Part){steps, factor, term, 0};
  for (int i = 1; i < threads; i++) pthread_create(&others[i], 0, work, &parts[i]);
  work(&parts[0]);
  for (int i = 1; i < threads; i++) pthread_join(others[i], 0);
  REAL sum = 0;
  for (int i = 0; i < threads; i++) sum += parts[i].sum;
  return 2.0 * steps * CHAINS * LANES * threads + 0 * sum;
}
