import { Button } from '@mantine/core';
import { Link } from 'wouter';
import { Message } from './Message';

export function NotFound() {
  return (
    <Message title="There is nothing here" detail="The address leads to no page of this dashboard.">
      <Button component={Link} href="/">
        All runs
      </Button>
    </Message>
  );
}
