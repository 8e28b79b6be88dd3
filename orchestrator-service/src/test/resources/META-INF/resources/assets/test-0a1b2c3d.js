console.log('a file of the dashboard, as the tests know it');
