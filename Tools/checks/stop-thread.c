// Runs a command, and while it writes its output stops one of its threads for a while; the others go on.
//
//   stop-thread NAME COUNT MILLISECONDS COMMAND...
//
// NAME is a thread's name as the system shows it, or "all": the whole process, by SIGSTOP. It is stopped COUNT times,
// 10 ms apart. SIGSTOP cannot stop a single thread; ptrace can, and a parent may do it to its child.
// The command's output goes to standard output. Standard error gets one line: milliseconds stopped, milliseconds of
// processor time that the process took meanwhile, bytes written before, bytes in all.
// Exit code: the command's; 77 where ptrace is forbidden; 2 when there was nothing to stop.
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static pid_t child;

static void give_up(int status, const char *what) {
  fprintf(stderr, "stop-thread: %s: %s\n", what, strerror(errno));
  kill(child, SIGKILL);
  exit(status);
}

static void pause_for(long milliseconds) {
  struct timespec time = {milliseconds / 1000, milliseconds % 1000 * 1000000};
  nanosleep(&time, NULL);
}

// The thread of the child with this name, or 0.
static pid_t thread_named(const char *name) {
  char path[300], comm[64];
  snprintf(path, sizeof path, "/proc/%d/task", child);
  DIR *tasks = opendir(path);
  if (!tasks) return 0;
  pid_t found = 0;
  for (struct dirent *entry; !found && (entry = readdir(tasks));) {
    snprintf(path, sizeof path, "/proc/%d/task/%s/comm", child, entry->d_name);
    FILE *file = fopen(path, "r");
    if (!file) continue;
    if (fgets(comm, sizeof comm, file)) {
      comm[strcspn(comm, "\n")] = 0;
      if (!strcmp(comm, name)) found = atoi(entry->d_name);
    }
    fclose(file);
  }
  closedir(tasks);
  return found;
}

// Processor time of the child so far.
static double processor_milliseconds(void) {
  clockid_t clock;
  struct timespec time;
  if (clock_getcpuclockid(child, &clock) || clock_gettime(clock, &time)) give_up(2, "processor time");
  return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

// Stops the thread, or with 0 the process; returns the processor time that passed meanwhile.
static double stop(pid_t thread, long milliseconds) {
  int status;
  if (thread) {
    if (ptrace(PTRACE_SEIZE, thread, 0, 0)) give_up(errno == EPERM ? 77 : 2, "PTRACE_SEIZE");
    if (ptrace(PTRACE_INTERRUPT, thread, 0, 0)) give_up(2, "PTRACE_INTERRUPT");
  } else {
    kill(child, SIGSTOP);
  }
  pid_t target = thread ? thread : child;
  if (waitpid(target, &status, thread ? __WALL : WUNTRACED) != target || !WIFSTOPPED(status)) {
    give_up(2, "it did not stop");
  }
  double before = processor_milliseconds();
  pause_for(milliseconds);
  double passed = processor_milliseconds() - before;
  if (thread ? ptrace(PTRACE_DETACH, thread, 0, 0) : kill(child, SIGCONT)) give_up(2, "it does not go on");
  return passed;
}

int main(int argc, char **argv) {
  if (argc < 5) return 2;
  const char *name = argv[1];
  int count = atoi(argv[2]), pipes[2];
  long milliseconds = atol(argv[3]), before = 0, total = 0;
  double burnt = 0;
  if (pipe(pipes)) give_up(2, "pipe");
  child = fork();
  if (child == 0) {
    dup2(pipes[1], 1);
    close(pipes[0]);
    close(pipes[1]);
    execvp(argv[4], argv + 4);
    _exit(127);
  }
  close(pipes[1]);
  static char buffer[1 << 16];
  int done = 0;
  for (ssize_t size; (size = read(pipes[0], buffer, sizeof buffer)) > 0;) {
    total += size;
    if (fwrite(buffer, 1, size, stdout) != (size_t)size) give_up(2, "standard output");
    if (total < 200 || done == count) continue;
    if (!done) before = total;
    pid_t thread = strcmp(name, "all") ? thread_named(name) : 0;
    if (!thread && strcmp(name, "all")) give_up(2, name);
    burnt += stop(thread, milliseconds);
    done++;
    pause_for(10);
  }
  int status;
  if (waitpid(child, &status, 0) != child) give_up(2, "waitpid");
  if (fflush(stdout)) give_up(2, "standard output");
  fprintf(stderr, "%ld %.0f %ld %ld\n", done * milliseconds, burnt, before, total);
  if (done < count) return 2;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
