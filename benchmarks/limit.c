/* The limit: the test model of the benchmark written by hand, PARTS vectors of LANES runs side by side, blocks of runs
   over threads. The same equations as benchmarks/cartels, week by week; compiled by benchmarks/limit.py. */

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH (LANES * PARTS)
#define EACH for (int v = 0; v < PARTS; v++)

typedef REAL Vector __attribute__((vector_size(LANES * sizeof(REAL))));
typedef WHOLE Mask __attribute__((vector_size(LANES * sizeof(REAL))));

enum { /* parameters, in the order of benchmarks/cartels/parameters.py */
  RECRUITMENT, ARREST_CAPACITY, CLASH, OVERREACH, SHELTER, SIZE_SCALE, GRIEVANCE_BY_HARM, GRIEVANCE_DECAY,
  GRIEVANCE_BY_FORCE, GRIEVANCE_RECRUITS, STATE_GROWTH, STATE_EROSION, STATE_EFFECT, TRUST_LOSS, TRUST_RECOVERY,
  TRUST_EFFECT, GOODWILL_GROWTH, GOODWILL_EROSION, GOODWILL_EFFECT, HARM_BY_DEATH, HARM_BY_FORCE, HARM_DECAY,
  SUPPLY_BY_MEMBERS, SUPPLY_BY_PRICE, INTERDICTION_EFFECT, PRICE_SPEED, DEMAND_LEVEL, DEMAND_ELASTICITY,
  PROFIT_RECRUITS, BUDGET_INFLOW, FORCE_COST, CIVIL_COST, EASE_EFFECT, EASE_LAG, VIOLENCE_MEMORY, LEADER_FOCUS,
  SPLIT_EFFECT, ARMS_EFFECT, DISCOUNT, TREND, PARAMETERS
};
enum { POLICE, MILITARY, SOCIAL, INTERDICTION, UNILATERAL, ARMS, DEMAND, BUILDING, LEVERS };
enum { TENSE_ABOVE = 3 * LEVERS, CALM_BELOW, DWELL, BUDGET, SETTINGS };
enum { OUTCOMES = 15 };

typedef struct {
  int groups, weeks;
  const REAL *sizes;
  const int *rival_starts, *rival_columns;
  const REAL *rival_weights;
  const int *ally_starts, *ally_columns;
  const REAL *ally_weights;
  const REAL *parameters, *policies; /* (rows, PARAMETERS), (policies, SETTINGS) */
  const int *runs;                   /* (count, 2): row of the parameters, policy */
  long count;
  REAL *outcomes; /* (count, OUTCOMES) */
} Task;

typedef struct {
  const Task *task;
  long next;
} Queue;

typedef struct { /* one vector of runs: stocks, then what adds up */
  Vector members, squares, members_first, peak, prisoners, splits, harm, grievance, state, trust, goodwill, ease, violence,
      weight, low_trust, low_goodwill, supply, price, mode, waited, money, lever[LEVERS];
  Vector deaths, harm_sum, price_sum, cost, weeks_tense, weeks_lean, switches, discounted;
} State;

typedef struct {
  Vector arrests, keep, pursuit, clash, killed, left, members, squares;
} Flow;

static inline Vector spread(REAL x) { return x - (Vector){}; }
static inline Vector choose(Mask test, Vector a, Vector b) { return (Vector)((test & (Mask)a) | (~test & (Mask)b)); }

static inline Vector smaller(Vector a, Vector b) {
  for (int l = 0; l < LANES; l++) a[l] = a[l] < b[l] ? a[l] : b[l];
  return a;
}

static inline Vector larger(Vector a, Vector b) {
  for (int l = 0; l < LANES; l++) a[l] = a[l] > b[l] ? a[l] : b[l];
  return a;
}

static inline Vector exponential(Vector x) {
  Vector y;
  for (int l = 0; l < LANES; l++) y[l] = EXP(x[l]);
  return y;
}

static inline Vector logarithm(Vector x) {
  Vector y;
  for (int l = 0; l < LANES; l++) y[l] = LOG(x[l]);
  return y;
}

static inline void begin(State *s, const Vector *setting, Vector members, Vector squares) {
  memset(s, 0, sizeof *s);
  s->members = s->members_first = s->peak = members;
  s->squares = squares;
  s->prisoners = spread(5000);
  s->grievance = spread((REAL)0.3);
  s->state = spread((REAL)0.5);
  s->trust = s->goodwill = spread((REAL)0.6);
  s->ease = spread((REAL)0.1);
  s->violence = spread(150);
  s->weight = s->supply = s->price = spread(1);
  s->low_trust = s->low_goodwill = spread(9);
  s->money = setting[BUDGET];
  for (int k = 0; k < LEVERS; k++) s->lever[k] = setting[k];
}

static inline void before(const State *s, const Vector *p, Flow *f, REAL week) {
  Vector pull = (1 + p[GRIEVANCE_RECRUITS] * s->grievance) * (1 - p[EASE_EFFECT] * s->ease) *
                (1 + (REAL)0.1 * s->prisoners / (s->members + 1));
  Vector profit = 1 + p[PROFIT_RECRUITS] * (s->price * s->supply - 1) / (1 + s->price * s->supply);
  Vector force = s->lever[POLICE] + (REAL)1.5 * s->lever[MILITARY] + (REAL)0.7 * s->lever[UNILATERAL];
  f->arrests = p[ARREST_CAPACITY] * ((REAL)0.5 + p[STATE_EFFECT] * s->state) * (1 + p[TRUST_EFFECT] * s->trust) * force;
  f->keep = 1 + p[RECRUITMENT] * pull * profit * (1 + p[TREND] * week) -
            f->arrests * (1 - p[LEADER_FOCUS]) / (s->members + 1);
  f->pursuit = f->arrests * p[LEADER_FOCUS] / (s->squares + 1);
  f->clash = p[CLASH] * (1 + p[SPLIT_EFFECT] * s->splits) * (1 - p[ARMS_EFFECT] * s->lever[ARMS]);
}

/* One week of all groups: reads the sizes `here`, writes the sizes `there`. */
static inline void move(const Task *t, Flow *f, const Vector (*p)[PARAMETERS], const Vector (*restrict here)[PARTS],
                        Vector (*restrict there)[PARTS]) {
  const int *restrict rival_starts = t->rival_starts, *restrict rival_columns = t->rival_columns;
  const int *restrict ally_starts = t->ally_starts, *restrict ally_columns = t->ally_columns;
  const REAL *restrict rival_weights = t->rival_weights, *restrict ally_weights = t->ally_weights;
  Vector killed[PARTS], left[PARTS], members[PARTS], squares[PARTS], keep[PARTS], pursuit[PARTS], clash[PARTS];
  Vector overreach[PARTS], shelter[PARTS];
  EACH {
    killed[v] = left[v] = members[v] = squares[v] = spread(0);
    keep[v] = f[v].keep;
    pursuit[v] = f[v].pursuit;
    clash[v] = f[v].clash;
    overreach[v] = p[v][OVERREACH];
    shelter[v] = p[v][SHELTER];
  }
  for (int i = 0; i < t->groups; i++) {
    Vector rivals[PARTS], allies[PARTS];
    EACH rivals[v] = allies[v] = spread(0);
    for (int e = rival_starts[i]; e < rival_starts[i + 1]; e++)
      EACH rivals[v] += rival_weights[e] * here[rival_columns[e]][v];
    for (int e = ally_starts[i]; e < ally_starts[i + 1]; e++)
      EACH allies[v] += ally_weights[e] * here[ally_columns[e]][v];
    EACH {
      Vector size = here[i][v], square = size * size;
      Vector dead = clash[v] * size * rivals[v] / (1 + shelter[v] * allies[v]), gone = overreach[v] * square;
      Vector grown = larger(size * keep[v] - pursuit[v] * square - dead - gone, spread(0));
      there[i][v] = grown;
      killed[v] += dead;
      left[v] += gone;
      members[v] += grown;
      squares[v] += grown * grown;
    }
  }
  EACH {
    f[v].killed = killed[v];
    f[v].left = left[v];
    f[v].members = members[v];
    f[v].squares = squares[v];
  }
}

static inline void change_society(State *s, const Vector *p, const Flow *f) {
  const Vector *lever = s->lever;
  Vector harm = s->harm + p[HARM_BY_DEATH] * f->killed + p[HARM_BY_FORCE] * (lever[MILITARY] + lever[UNILATERAL]) -
                p[HARM_DECAY] * s->harm;
  Vector angered = (p[GRIEVANCE_BY_HARM] * s->harm + p[GRIEVANCE_BY_FORCE] * lever[MILITARY]) * (1 - s->grievance);
  Vector healed = p[TRUST_RECOVERY] * (1 - s->trust) * (1 - p[GOODWILL_EFFECT] + p[GOODWILL_EFFECT] * s->goodwill);
  Vector won = p[GOODWILL_GROWTH] * (1 - s->goodwill) * (1 - lever[UNILATERAL]);
  s->grievance += angered - p[GRIEVANCE_DECAY] * s->grievance;
  s->state += p[STATE_GROWTH] * lever[BUILDING] * (1 - s->state) -
              p[STATE_EROSION] * s->state * s->members / (s->members + 50000);
  s->trust += healed - p[TRUST_LOSS] * lever[UNILATERAL] * s->trust;
  s->goodwill += won - p[GOODWILL_EROSION] * s->goodwill * s->harm / (s->harm + 1000);
  s->ease += (lever[SOCIAL] - s->ease) / p[EASE_LAG];
  s->violence += p[VIOLENCE_MEMORY] * (f->killed + (REAL)0.1 * f->left - s->violence);
  s->low_trust = smaller(s->low_trust, s->trust);
  s->low_goodwill = smaller(s->low_goodwill, s->goodwill);
  s->harm = harm;
  s->harm_sum += harm;
  s->discounted += s->weight * harm;
  s->weight *= 1 - p[DISCOUNT];
}

static inline void change_market(State *s, const Vector *p) {
  Vector log_price = logarithm(s->price);
  Vector wanted = exponential(p[SUPPLY_BY_MEMBERS] * logarithm((s->members + 1) / s->members_first) +
                              p[SUPPLY_BY_PRICE] * log_price);
  Vector bought = p[DEMAND_LEVEL] * (1 - (REAL)0.3 * s->lever[DEMAND]) * exponential(-p[DEMAND_ELASTICITY] * log_price);
  Vector moved = s->price + p[PRICE_SPEED] * s->price * (bought / larger(s->supply, spread((REAL)0.001)) - 1);
  s->supply += (REAL)0.1 * (wanted * (1 - p[INTERDICTION_EFFECT] * s->lever[INTERDICTION]) - s->supply);
  s->price = smaller(larger(moved, spread((REAL)0.2)), spread(10));
  s->price_sum += s->price;
}

static inline void change_groups(State *s, const Vector *p, const Flow *f) {
  s->peak = larger(s->peak, s->members);
  s->prisoners += f->arrests - s->prisoners / 260;
  s->splits += (REAL)0.05 * (p[LEADER_FOCUS] * f->arrests / 100 - s->splits);
  s->members = f->members;
  s->squares = f->squares;
  s->deaths += f->killed;
}

/* `violence` is that of the start of the week. */
static inline void change_policy(State *s, const Vector *p, const Vector *setting, Vector violence) {
  Vector *lever = s->lever, mode = s->mode, none = spread(0), one = spread(1), two = spread(2);
  Vector force = p[FORCE_COST] * (lever[POLICE] + 2 * lever[MILITARY] + lever[INTERDICTION] + lever[UNILATERAL]);
  Vector cost = force + p[CIVIL_COST] * (lever[SOCIAL] + lever[DEMAND] + lever[BUILDING]);
  Vector wanted = choose((mode == one) & (violence < setting[CALM_BELOW]), none, mode);
  wanted = choose((mode == none) & (violence > setting[TENSE_ABOVE]), one, wanted);
  wanted = choose((mode == two) & (s->money > spread(10)), none, wanted);
  wanted = choose((mode != two) & (s->money < none), two, wanted);
  s->waited += 1;
  Mask changes = (s->waited >= setting[DWELL]) & (wanted != mode);
  Vector coming = choose(changes, wanted, mode);
  Mask calm = coming == none, tense = coming == one;
  for (int k = 0; k < LEVERS; k++)
    lever[k] = choose(calm, setting[k], choose(tense, setting[LEVERS + k], setting[2 * LEVERS + k]));
  s->cost += cost;
  s->money += p[BUDGET_INFLOW] - cost;
  s->weeks_tense += choose(mode == one, one, none);
  s->weeks_lean += choose(mode == two, one, none);
  s->switches += choose(changes, one, none);
  s->waited = choose(changes, none, s->waited);
  s->mode = coming;
}

static inline void read_outcomes(const State *s, REAL weeks, int l, REAL *out) {
  REAL members = s->members[l];
  const REAL seen[OUTCOMES] = {
      s->deaths[l],     s->harm_sum[l],    members,         s->peak[l],         s->price_sum[l] / weeks,
      s->low_trust[l],  s->low_goodwill[l], s->state[l],    s->cost[l],         s->weeks_tense[l],
      s->weeks_lean[l], s->switches[l],    s->discounted[l], s->grievance[l],   s->squares[l] / (members * members + 1)};
  memcpy(out, seen, sizeof seen);
}

static void play(const Task *t, long block, Vector *room) {
  Vector(*here)[PARTS] = (void *)room, (*there)[PARTS] = (void *)(room + (long)t->groups * PARTS);
  Vector p[PARTS][PARAMETERS], setting[PARTS][SETTINGS];
  State s[PARTS];
  Flow f[PARTS];
  for (int l = 0; l < WIDTH; l++) {
    long run = block * WIDTH + l < t->count ? block * WIDTH + l : t->count - 1;
    const REAL *row = t->parameters + (long)t->runs[2 * run] * PARAMETERS;
    const REAL *policy = t->policies + (long)t->runs[2 * run + 1] * SETTINGS;
    for (int k = 0; k < PARAMETERS; k++) p[l / LANES][k][l % LANES] = row[k];
    for (int k = 0; k < SETTINGS; k++) setting[l / LANES][k][l % LANES] = policy[k];
  }
  EACH {
    Vector members = spread(0), squares = spread(0);
    for (int i = 0; i < t->groups; i++) {
      Vector size = here[i][v] = t->sizes[i] * p[v][SIZE_SCALE];
      members += size;
      squares += size * size;
    }
    begin(&s[v], setting[v], members, squares);
  }
  for (int week = 0; week < t->weeks; week++) {
    EACH before(&s[v], p[v], &f[v], week);
    move(t, f, p, here, there);
    void *old = here;
    here = there;
    there = old;
    EACH {
      Vector violence = s[v].violence;
      change_society(&s[v], p[v], &f[v]);
      change_market(&s[v], p[v]);
      change_groups(&s[v], p[v], &f[v]);
      change_policy(&s[v], p[v], setting[v], violence);
    }
  }
  for (int l = 0; l < WIDTH && block * WIDTH + l < t->count; l++)
    read_outcomes(&s[l / LANES], t->weeks, l % LANES, t->outcomes + (block * WIDTH + l) * OUTCOMES);
}

static void *work(void *given) {
  Queue *queue = given;
  const Task *t = queue->task;
  Vector *room = aligned_alloc(64, sizeof(Vector) * 2 * PARTS * (t->groups + 1));
  for (long block; (block = __sync_fetch_and_add(&queue->next, 1)) * WIDTH < t->count;) play(t, block, room);
  free(room);
  return 0;
}

void simulate(const Task *task, int threads) {
  Queue queue = {task, 0};
  pthread_t others[64];
  for (int i = 1; i < threads; i++) pthread_create(&others[i], 0, work, &queue);
  work(&queue);
  for (int i = 1; i < threads; i++) pthread_join(others[i], 0);
}
