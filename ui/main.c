/* main.c - tepid-ui: the window. */
int main(void)
{
    return 0;
}
